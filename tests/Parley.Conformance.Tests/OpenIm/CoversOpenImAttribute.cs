namespace Parley.Conformance.Tests.OpenIm;

/// <summary>
/// Names what of openim.md a test is about: paths, aliases (<c>user_token.uid</c>), error numbers, and items of its checklist
/// (<c>12.2.1</c>).
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversOpenImAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
