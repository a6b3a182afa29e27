using Microsoft.AspNetCore.Components;

namespace EdgeRetail.CloudSync.Operations.Pages;

/// <summary>The page is sent before this is there; it follows on the same answer.</summary>
[StreamRendering]
public sealed class StreamedSection<T> : LoadingSection<T>;
