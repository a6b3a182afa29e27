using System.Globalization;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>Sees who answers a call over HTTP/2: a cloud answers with gRPC, whatever it has to say.</summary>
sealed class AnswerWatch(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    volatile string? stranger;

    /// <summary>Who answered, where that is no cloud.</summary>
    public string? Stranger => stranger;

    /// <summary>
    /// A page, a redirection, a demand to log in. What a load balancer says whose cloud is away (429, 502, 503, 504) is not that.
    /// </summary>
    public static string? StrangerOf(int status, string? mediaType) =>
        mediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true || status is 429 or 500 or 502 or 503 or 504
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"a server that says 'HTTP/2 {status}'");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        stranger = StrangerOf((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType);
        return response;
    }
}
