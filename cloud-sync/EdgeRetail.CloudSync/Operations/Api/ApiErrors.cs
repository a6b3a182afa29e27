using Microsoft.AspNetCore.Diagnostics;

namespace EdgeRetail.CloudSync.Operations.Api;

/// <summary>The one place where what went wrong in HTTP becomes an answer, logged once.</summary>
sealed partial class ApiErrors(ILogger<ApiErrors> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                return true;
            case BadHttpRequestException bad:
                await ApiProblem.WriteAsync(httpContext, bad.StatusCode, new("PARAMETER_INVALID", bad.Message, "Look the parameter up in /openapi/v1.json."));
                return true;
        }

        if (DatabaseFault.Of(exception) is { } problem)
        {
            LogDatabase(logger, problem.Code, httpContext.Request.Path, exception.Message);
            httpContext.Response.Headers.RetryAfter = "5";
            await ApiProblem.WriteAsync(httpContext, StatusCodes.Status503ServiceUnavailable, problem);
            return true;
        }

        LogBug(logger, exception, httpContext.Request.Path);
        await ApiProblem.WriteAsync(httpContext, StatusCodes.Status500InternalServerError, new("BUG", "cloud-sync failed at this request.", "Report it with the time; the log has the cause."));
        return true;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "{Code} at {Path}: {Reason}")]
    static partial void LogDatabase(ILogger logger, string code, PathString path, string reason);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "Request {Path} failed")]
    static partial void LogBug(ILogger logger, Exception exception, PathString path);
}
