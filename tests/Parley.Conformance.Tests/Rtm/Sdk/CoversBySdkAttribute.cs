namespace Parley.Conformance.Tests.Rtm.Sdk;

/// <summary>Names the wire methods and pushes that a test is about and goes through one of our SDKs for.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversBySdkAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
