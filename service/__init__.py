"""The serving side: the web process and the job core that both sides share."""
