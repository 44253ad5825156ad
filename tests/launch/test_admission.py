"""The admission of connections: by address, by misuse, and by free descriptors."""

from chat_app.launch.connections.admission import MISUSE, NEW, WAITING_MAX, ConnectionAdmission, descriptor_limit


def test_admission_counts_by_address_unless_proxies_do():
    peers = [("192.0.2.1", port) for port in range(WAITING_MAX + 1)]
    admission, behind = ConnectionAdmission(proxied=False), ConnectionAdmission(proxied=True)
    assert [admission.admits(3, peer) for peer in peers] == [True] * WAITING_MAX + [False]
    assert all(behind.admits(3, peer) for peer in peers)
    assert admission.admits(3, ("192.0.2.2", 1))
    neighbours = [(f"2001:db8::{n:x}", 1) for n in range(WAITING_MAX + 1)]
    assert [admission.admits(3, peer) for peer in neighbours] == [True] * WAITING_MAX + [False]
    admission.leave(peers[0])
    assert admission.admits(3, peers[0])


def test_admission_lets_in_only_so_many_new_connections():
    admission, peer = ConnectionAdmission(proxied=False), ("192.0.2.1", 1)
    let_in = 0
    for _ in range(int(NEW.burst) * 2):
        if admission.admits(3, peer):
            let_in += 1
            admission.leave(peer)
    assert NEW.burst <= let_in < NEW.burst * 1.5
    assert admission.admits(3, ("192.0.2.2", 1))


def test_connection_that_is_misused_counts_more():
    admission, peer = ConnectionAdmission(proxied=False), ("192.0.2.1", 1)
    let_in = 0
    while admission.admits(3, peer):
        let_in += 1
        admission.leave(peer)
        admission.charge(peer)
    assert let_in < 1.5 * NEW.burst / MISUSE
    assert admission.admits(3, ("192.0.2.2", 1))


def test_last_descriptors_are_kept():
    admission, limit = ConnectionAdmission(proxied=True), descriptor_limit()
    assert not admission.admits(limit - 1, None)
    assert admission.admits(limit // 2, None)
