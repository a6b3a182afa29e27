using EdgeRetail.CloudSync.Operations.Api;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Keeps the operators' surfaces off the devices' listener: what comes by HTTP/2 is gRPC or nothing.</summary>
sealed class OperatorsListener(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        !HttpProtocol.IsHttp2(context.Request.Protocol) || context.Request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal)
            ? next(context)
            : ApiProblem.WriteAsync(context, StatusCodes.Status404NotFound, new("ROUTE_NOT_FOUND", "This port is the devices' (gRPC).", "Operators' pages and API are on the other port, see --port."));
}
