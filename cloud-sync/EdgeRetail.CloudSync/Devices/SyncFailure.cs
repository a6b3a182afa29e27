using System.Globalization;
using Grpc.Core;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Calls that end with a gRPC status: before there is a session, or where the messages themselves are broken.</summary>
static class SyncFailure
{
    public const string CodeTrailer = "edgeretail-code";
    public const string RetryAfterTrailer = "edgeretail-retry-after-ms";

    public static RpcException Of(StatusCode status, string code, string message, TimeSpan? retryAfter = null)
    {
        var trailers = new Metadata { { CodeTrailer, code } };
        if (retryAfter is { } after) trailers.Add(RetryAfterTrailer, ((long)after.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        return new(new(status, $"{code}: {message}"), trailers);
    }
}
