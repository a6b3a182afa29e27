using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.Kiosk.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace EdgeRetail.Kiosk.Guard;

/// <summary>Around every request: the headers that tell the browser what it may do, the guard, and the edge at which errors become problems.</summary>
static partial class KioskMiddleware
{
    const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public static void UseMiddleware(this IApplicationBuilder app, PageToken token, ILogger logger) => app.Use(async (context, next) =>
    {
        var fromSocket = context.Features.Get<SocketConnection>() is not null;
        Harden(context.Response.Headers);
        if (fromSocket && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LoopbackGuard.SocketBodyBytesMax;
        if (!fromSocket && LoopbackGuard.Refusal(FactsOf(context, token)) is { } refusal)
        {
            LogRefused(logger, refusal.Code, context.Request.Method);
            await Problems.Write(context, refusal);
            return;
        }

        try
        {
            await next(context);
            if (!context.Response.HasStarted && Problems.ForStatus(context.Response.StatusCode) is { } problem) await Problems.Write(context, problem);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The page went away; there is nobody to answer.
        }
        catch (LedgerException exception)
        {
            LogLedger(logger, exception, exception.Code);
            await Answer(context, Problems.LedgerTrouble(exception.Code, exception.Message, exception.NextStep));
        }
        catch (BadHttpRequestException exception)
        {
            await Answer(context, exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.BodyTooLarge(fromSocket ? LoopbackGuard.SocketBodyBytesMax : LoopbackGuard.PageBodyBytesMax)
                : Problems.BadRequest("REQUEST_NOT_UNDERSTOOD", exception.Message, "Send the request as the API describes it."));
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, context.Request.Method);
            await Answer(context, new("Internal error", StatusCodes.Status500InternalServerError, "INTERNAL_ERROR", "The kiosk program met an error of its own.", "Try again; if it stays so, restart the kiosk and tell support."));
        }
    });

    static void Harden(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.CacheControl = "no-store";
    }

    static RequestFacts FactsOf(HttpContext context, PageToken token)
    {
        var headers = context.Request.Headers;
        return new(
            context.Request.Method,
            context.Request.Path,
            context.Connection.LocalPort,
            Single(headers.Host),
            Single(headers.Origin),
            Single(headers["Sec-Fetch-Site"]),
            Single(headers["Sec-Fetch-Mode"]),
            token.IsRight(Single(headers[PageToken.Header])));
    }

    static string? Single(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? null : values.ToString();

    /// <summary>An answer that has begun cannot become another; the connection ends, and the page sees a failure, not a success.</summary>
    static Task Answer(HttpContext context, Problem problem)
    {
        if (!context.Response.HasStarted) return Problems.Write(context, problem);
        context.Abort();
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Refused a {Method} request: {Code}")]
    static partial void LogRefused(ILogger logger, string code, string method);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "The ledger refused: {Code}")]
    static partial void LogLedger(ILogger logger, Exception exception, string code);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "A {Method} request failed")]
    static partial void LogFailed(ILogger logger, Exception exception, string method);
}
