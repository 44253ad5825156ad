"""Failed jobs over HTTP."""

from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.support.jobs import failed_job
from tests.support.use_cases import Do


async def test_the_admin_lists_retries_and_drops_failed_jobs(clients: Clients, make: Factory, do: Do):
    _, admin = await make.signed_in(is_admin=True)
    _, other = await make.signed_in()
    first, second = await do(None, failed_job), await do(None, failed_job)
    jobs = (await clients(admin).get("admin/jobs")).json()["items"]
    assert [(job["id"], job["kind"], job["attempts"]) for job in jobs] == [
        (second, "send_mail", 1),
        (first, "send_mail", 1),
    ]
    assert (await clients(admin).post(f"admin/jobs/{first}/retry")).status_code == 204
    assert (await clients(admin).delete(f"admin/jobs/{second}")).status_code == 204
    assert (await clients(admin).get("admin/jobs")).json() == {"items": [], "next": ""}
    for number in (first, "x", "9" * 30):
        error(await clients(admin).post(f"admin/jobs/{number}/retry"), 404, "not_found")
    error(await clients(other).get("admin/jobs"), 404, "not_found")
