"""Serve the API's documentation page, without files of other sites."""

from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

OPENAPI_PATH: Final = "/api/openapi.json"
_SWAGGER: Final = Path(fastapi_offline.__file__).parent / "static"
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
"""
_START: Final = f"SwaggerUIBundle({{url: '{OPENAPI_PATH}', dom_id: '#docs', deepLinking: true}})"

router = APIRouter(prefix="/api/docs", include_in_schema=False)


@router.get("")
async def docs_page() -> HTMLResponse:
    """Return the page of Swagger UI."""
    return HTMLResponse(_PAGE)


@router.get("/start.js")
async def docs_start() -> Response:
    """Return the script that starts it: a separate file, since the content security policy admits no inline script."""
    return Response(_START, media_type="text/javascript")


@router.get("/swagger-ui-bundle.js")
async def docs_script() -> FileResponse:
    """Return the code of Swagger UI."""
    return FileResponse(_SWAGGER / "swagger-ui-bundle.js", headers={"Cache-Control": "no-cache"})


@router.get("/swagger-ui.css")
async def docs_style() -> FileResponse:
    """Return the styles of Swagger UI."""
    return FileResponse(_SWAGGER / "swagger-ui.css", headers={"Cache-Control": "no-cache"})
