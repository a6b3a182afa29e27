namespace EdgeRetail.EndToEnd.Tests.CloudLab;

public enum CommitSide
{
    /// <summary>The server has all the statements, and not the one that commits them: nothing happened.</summary>
    Before,

    /// <summary>The server has committed and said so, and nobody heard it: everything happened.</summary>
    After,
}
