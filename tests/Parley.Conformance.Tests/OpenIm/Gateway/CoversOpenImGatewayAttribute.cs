namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Names what of the message gateway (openim.md §6 to §8, §9, §12.2) a test is about; see <see cref="OpenImGatewayCoverage"/>.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversOpenImGatewayAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
