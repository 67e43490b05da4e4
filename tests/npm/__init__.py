"""Programs in JavaScript that talk to a gateway by the packages of npm, as their users do."""
