using System.Net;
using EdgeRetail.CloudSync.Operations.Api;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// Refuses requests that name another host than this machine. Without it any web page could have a browser on this
/// machine read the operators' API, by giving its own name this address (DNS rebinding).
/// </summary>
sealed class LoopbackHosts(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        IsLoopback(context.Request.Host.Host)
            ? next(context)
            : ApiProblem.WriteAsync(context, StatusCodes.Status400BadRequest, new("NOT_LOOPBACK", "This server answers to 127.0.0.1 and localhost only.", "Open it under http://127.0.0.1 on this machine."));

    static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
