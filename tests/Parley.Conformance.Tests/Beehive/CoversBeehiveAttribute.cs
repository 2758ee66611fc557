namespace Parley.Conformance.Tests.Beehive;

/// <summary>Names the HTTP interfaces (<c>1.1</c> …), the error numbers and the commands (<c>0101</c> …) of beehive.md that a test is about.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversBeehiveAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
