"""The verdict on the client, at the end of a run."""

import rich_click as click

from mockgw.runner import Gateway
from mockgw.verdict import verdict
from mockgw.verdict.report import failed, report, summary


def judged(gateway: Gateway) -> bool:
    """Tell on stderr what the calls show against the client, as far as the settings want it.

    Return whether the run must not count as a success for it. What was found is told even when
    the run is to be quiet.
    """
    wanted = gateway.settings.verdict
    if wanted == "off":
        return False
    entries = gateway.journal.entries()
    findings = verdict(entries)
    if findings:
        click.echo(report(findings, len(entries)), err=True)
    elif not gateway.settings.quiet:
        click.echo(f"mockgw: {summary(findings, len(entries))}", err=True)
    return wanted != "tell" and failed(findings, strict=wanted == "warn")
