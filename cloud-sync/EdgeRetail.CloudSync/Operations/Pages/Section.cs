using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace EdgeRetail.CloudSync.Operations.Pages;

/// <summary>
/// A part of a page that waits for the database. On a page's first load it is streamed: the frame stands at once and this follows. A live
/// refresh gets it whole, or the figures would blink every few seconds.
/// </summary>
public sealed class Section<T> : ComponentBase
{
    /// <summary>How the live script asks for a page again.</summary>
    public const string RefreshHeader = "X-Live-Refresh";

    [Parameter, EditorRequired]
    public required Func<CancellationToken, Task<T>> Load { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment<T> ChildContent { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent(0, Http?.Request.Headers.ContainsKey(RefreshHeader) == true ? typeof(WholeSection<T>) : typeof(StreamedSection<T>));
        builder.AddComponentParameter(1, nameof(LoadingSection<>.Load), Load);
        builder.AddComponentParameter(2, nameof(LoadingSection<>.ChildContent), ChildContent);
        builder.CloseComponent();
    }
}
