using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace EdgeRetail.CloudSync.Operations.Pages;

/// <summary>Shows that it loads, then what was loaded, or why it could not be.</summary>
public abstract class LoadingSection<T> : ComponentBase
{
    bool loaded;
    T? content;
    Problem? problem;

    [Parameter, EditorRequired]
    public required Func<CancellationToken, Task<T>> Load { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment<T> ChildContent { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            content = await Load(Http?.RequestAborted ?? CancellationToken.None);
            loaded = true;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            problem = fault;
        }
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (loaded)
        {
            builder.AddContent(0, ChildContent(content!));
        }
        else if (problem is not null)
        {
            builder.OpenComponent<ProblemNote>(1);
            builder.AddComponentParameter(2, nameof(ProblemNote.Problem), problem);
            builder.CloseComponent();
        }
        else
        {
            builder.AddMarkupContent(3, "<p class=\"loading\">Reading…</p>");
        }
    }
}
