using Microsoft.AspNetCore.Components;

namespace EdgeRetail.CloudSync.Operations.Pages;

/// <summary>The page is sent when this is there.</summary>
[StreamRendering(false)]
public sealed class WholeSection<T> : LoadingSection<T>;
