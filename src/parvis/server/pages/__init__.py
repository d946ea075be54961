"""The pages that people read."""

from fastapi import APIRouter

router = APIRouter()
