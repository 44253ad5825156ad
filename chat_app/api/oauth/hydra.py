"""The endpoints to which a Hydra sends browsers: login, consent, logout."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from chat_app.api.auth import Parts, clear_session_cookie, client_address
from chat_app.api.oauth.requests import leave_to, person_of, refused
from chat_app.core.applications.authorization.authorizing import NextStep, Step
from chat_app.core.applications.authorization.hydra import HydraSteps
from chat_app.core.applications.errors import ApplicationNotFound
from chat_app.core.kernel.errors import DomainError

router = APIRouter(prefix="/oauth2", include_in_schema=False)


async def _steps(parts: Parts) -> HydraSteps:
    if parts.hydra is None:
        raise ApplicationNotFound("not_found")
    return parts.hydra


Steps = Annotated[HydraSteps, Depends(_steps)]
"""Answer Hydra's requests for login, consent and logout. Without a Hydra, these addresses do not exist."""


class Leaving(BaseModel):
    """Hydra's request that was answered by signing out."""

    challenge: str


@router.get("/login")
async def login(request: Request, parts: Parts, steps: Steps, login_challenge: str = "") -> Response:
    """Sign the browser's person in at Hydra, or have them sign in here and come back."""
    try:
        actor = await person_of(request, parts)
        return _go_on(await steps.login(actor, login_challenge, client_address(request)))
    except DomainError as error:
        return refused(error.code)


@router.get("/consent")
async def consent(request: Request, parts: Parts, steps: Steps, consent_challenge: str = "") -> Response:
    """Answer with the person's earlier consent, or let them be asked."""
    try:
        actor = await person_of(request, parts)
        return _go_on(await steps.consent(actor, consent_challenge, client_address(request)))
    except DomainError as error:
        return refused(error.code)


@router.get("/logout")
async def logout(request: Request, parts: Parts, steps: Steps, logout_challenge: str = "") -> Response:
    """Ask the person whether they leave, on a page of this site."""
    try:
        await steps.check_logout(logout_challenge, client_address(request))
    except DomainError as error:
        return refused(error.code)
    return leave_to(f"/consent?{urlencode({'logout': logout_challenge})}")


@router.post("/logout")
async def log_out(body: Leaving, request: Request, parts: Parts, steps: Steps) -> Response:
    """Sign the person out at Hydra and here, as they have confirmed on that page. Returns the next address."""
    url, out = await steps.log_out(await person_of(request, parts), body.challenge, client_address(request))
    response = JSONResponse({"url": url})
    if out:
        clear_session_cookie(request, response, parts)
    return response


def _go_on(step: NextStep) -> Response:
    if step.step == Step.RETURN:
        return leave_to(step.url)
    if step.step == Step.CONSENT:
        return leave_to(f"/consent?{urlencode({'challenge': step.token})}")
    following = f"/oauth2/login?{urlencode({'login_challenge': step.token})}"
    anew = {"again": "1"} if step.step == Step.SIGN_IN_AGAIN else {}
    return leave_to(f"/sign-in?{urlencode({**anew, 'next': following})}")
