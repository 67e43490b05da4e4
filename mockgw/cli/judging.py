"""The verdict on the client, at the end of a run."""

import rich_click as click

from mockgw.runner import Gateway


def judged(gateway: Gateway) -> bool:
    """Tell on stderr what the calls show against the client, as far as the settings want it.

    Return whether the run must not count as a success for it. What was found is told even when
    the run is to be quiet.
    """
    wanted = gateway.settings.verdict
    if wanted == "off":
        return False
    from mockgw.verdict import verdict  # noqa: PLC0415 - only for those who want it
    from mockgw.verdict.report import failed, report, summary  # noqa: PLC0415 - the same

    entries = gateway.journal.entries()
    findings = verdict(entries)
    if findings:
        click.echo(report(findings, len(entries)), err=True)
    elif not gateway.settings.quiet:
        click.echo(f"mockgw: {summary(findings, len(entries))}", err=True)
    return wanted != "tell" and failed(findings, strict=wanted == "warn")
