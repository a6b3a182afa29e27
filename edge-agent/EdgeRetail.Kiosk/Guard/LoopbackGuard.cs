using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.Kiosk.Guard;

/// <summary>
/// What a request on the loopback port has to show. Any page in any browser on the machine can send requests to a loopback
/// port: under a foreign name that it lets point to 127.0.0.1 (so the host is checked), from a foreign page (so origin and
/// fetch site are), without being able to read the answer (so a token is). Pure.
/// </summary>
static class LoopbackGuard
{
    /// <summary>What a basket of the page can need; larger bodies are the command line's, on the socket.</summary>
    public const long PageBodyBytesMax = 64 * 1024;

    /// <summary>The first load of a shop's stock, in one request.</summary>
    public const long SocketBodyBytesMax = 32 * 1024 * 1024;

    /// <summary>Why the request is refused; null where it may go on.</summary>
    public static Problem? Refusal(RequestFacts request)
    {
        if (!IsOwnHost(request.Host, request.LocalPort))
            return Problems.Forbidden("HOST_NOT_ALLOWED", "This address is not the kiosk's.", $"Open http://127.0.0.1:{request.LocalPort} on the kiosk itself.");

        var own = $"http://{request.Host}";
        var isReading = request.Method is "GET" or "HEAD";
        if (request.Origin is not null && !string.Equals(request.Origin, own, StringComparison.OrdinalIgnoreCase))
            return OriginRefused;
        if (isReading)
        {
            // Typing the address, a bookmark or a link may open the page; nothing foreign may load or read what it is made of.
            if (request.FetchSite is null or "none" or "same-origin") return null;
            return request.FetchMode is "navigate" && !request.Path.StartsWith("/api", StringComparison.OrdinalIgnoreCase) ? null : OriginRefused;
        }

        if (request.Origin is null || request.FetchSite is not (null or "same-origin")) return OriginRefused;
        return request.TokenIsRight ? null : Problems.Forbidden("TOKEN_WRONG", "The page is from an earlier start of the kiosk program.", "Load the page again.");
    }

    static Problem OriginRefused => Problems.Forbidden("ORIGIN_NOT_ALLOWED", "Only the kiosk's own page may do this.", "Use the kiosk page, or the command edgeretail.");

    static bool IsOwnHost(string? host, int port)
    {
        if (host is null) return false;
        var end = port == 80 && !host.EndsWith(":80", StringComparison.Ordinal) ? "" : $":{port}";
        return string.Equals(host, $"127.0.0.1{end}", StringComparison.Ordinal)
            || string.Equals(host, $"localhost{end}", StringComparison.OrdinalIgnoreCase)
            || string.Equals(host, $"[::1]{end}", StringComparison.Ordinal);
    }
}
