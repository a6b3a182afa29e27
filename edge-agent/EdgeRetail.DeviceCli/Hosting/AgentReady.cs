namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>The line of <c>run --json</c> once the kiosk answers.</summary>
sealed record AgentReady(string Event, string Kiosk, string Socket);
