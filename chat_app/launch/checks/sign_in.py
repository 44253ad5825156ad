"""Check that the keys and files of the settings can be used, before anything is begun."""

from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError, raise_together


def check(settings: Settings) -> None:
    """Raise a `LaunchError` where a key cannot be opened, or a file of SAML or LDAP cannot be used."""
    raise_together(_open_keys, _read_saml, _read_authorities)(settings)


def _open_keys(settings: Settings) -> None:
    if settings.kms_key and not settings.encryption_key:  # no rule of the settings: `new_key` begins without one
        raise LaunchError(
            "PARLEY_KMS_KEY needs PARLEY_ENCRYPTION_KEY, a key that it has encrypted: `python -m chat_app new_key`"
            " makes one"
        )
    if not settings.encryption_keys:
        return
    from chat_app.adapters.keys.kms import KeyUnavailable  # boto3, which few sites need
    from chat_app.bootstrap.keys import open_keyring

    try:
        open_keyring(settings)
    except KeyUnavailable as error:
        raise LaunchError(f"AWS KMS (PARLEY_KMS_KEY) does not open PARLEY_ENCRYPTION_KEY: {error}") from error


def _read_saml(settings: Settings) -> None:
    if not settings.saml_file:
        return
    from chat_app.bootstrap.sign_in.organisations import saml_configs

    try:
        saml_configs(settings)
    except OSError as error:
        raise LaunchError(f"SAML_FILE names {error.filename}, which cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise LaunchError(f"SAML_FILE: {error}") from error


def _read_authorities(settings: Settings) -> None:
    if not settings.ldap_ca_file:
        return
    import ssl

    try:
        ssl.create_default_context(cafile=str(settings.ldap_ca_file))
    except OSError as error:  # ssl.SSLError is one
        raise LaunchError(f"LDAP_CA_FILE={settings.ldap_ca_file} cannot be used: {error.strerror or error}") from error
