using System.Reflection;
using System.Text;
using EdgeRetail.Kiosk.Guard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeRetail.Kiosk.Page;

/// <summary>
/// The page's files, embedded by the build. Each has an address of its own and nothing else has one: there is no directory
/// to list and no path to walk. Files with their hash in the name are kept by the browser; the index never is, for it carries
/// the token of this start.
/// </summary>
sealed class PageFiles
{
    const string Prefix = "wwwroot/";
    const string Index = "index.html";

    readonly Assembly assembly = typeof(PageFiles).Assembly;
    readonly byte[] index;

    PageFiles(PageToken token) => index = Encoding.UTF8.GetBytes(ReadIndex().Replace("%TOKEN%", token.Text, StringComparison.Ordinal));

    /// <exception cref="InvalidOperationException">The build did not embed the page.</exception>
    public static PageFiles Load(PageToken token) => new(token);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], WriteIndex);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name == Prefix + Index) continue;
            routes.MapMethods("/" + name[Prefix.Length..], ["GET", "HEAD"], context => WriteFile(context, name));
        }
    }

    Task WriteIndex(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = index.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(index, context.RequestAborted).AsTask();
    }

    async Task WriteFile(HttpContext context, string name)
    {
        await using var file = Open(name);
        context.Response.ContentType = ContentTypeOf(name);
        context.Response.ContentLength = file.Length;
        context.Response.Headers.CacheControl = name.Contains('-', StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        if (!HttpMethods.IsHead(context.Request.Method)) await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    string ReadIndex()
    {
        using var reader = new StreamReader(Open(Prefix + Index), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    Stream Open(string name) =>
        assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The kiosk page is not in this build: {name} is missing. Build EdgeRetail.Kiosk with its web folder.");

    static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
