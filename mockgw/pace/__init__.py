"""How long an answer takes: times as they spread, the pace of a model, the beat of a stream."""
