namespace Parley.Conformance.Tests.GoIm;

/// <summary>Names the commands (<c>GI-001</c> …) and the failure texts of goim-json that a test is about.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversGoImAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
