namespace Parley.Conformance.Tests.Support;

/// <summary>Names the quests and pushes of the client document that a test is about.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
