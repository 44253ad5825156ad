// Amounts of money in the reader's language, by Intl.

/** "$9.90", "￥1,500". @param {number} amount in the currency's smallest unit @param {number} decimals @param {string} currency @param {string} language */
export const money = (amount, decimals, currency, language) =>
  currency
    ? new Intl.NumberFormat(language, { style: "currency", currency }).format(amount / 10 ** decimals)
    : String(amount);
