using System.Reflection;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

public sealed class RtmCoverage(ITestOutputHelper output)
{
    [Fact]
    public void Every_quest_and_push_of_the_client_document_has_a_test()
    {
        string[] wanted = [.. RtmMethods.ForAnybody.Concat(RtmMethods.ForUsers).Concat(RtmMethods.OfDispatch).Concat(RtmMethods.OfFileGate).Concat(RtmMethods.Pushes).Distinct()];
        var covered = typeof(RtmCoverage).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().SelectMany(method => NamesOf(type, method)))
            .ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"covered {wanted.Count(covered.Contains)} of {wanted.Length}");
        foreach (var (name, with) in RtmMethods.Later)
            output.WriteLine($"later, with {with}: {name}");
        Assert.Empty(wanted.Except(covered, StringComparer.Ordinal));
        Assert.Empty(covered.Except(wanted, StringComparer.Ordinal));
    }

    /// <summary>What a test covers: by its own attribute, or by that of its class when it has none.</summary>
    private static IEnumerable<string> NamesOf(Type type, MethodInfo method)
    {
        if (method.GetCustomAttribute<FactAttribute>() is null)
            return [];
        var attribute = method.GetCustomAttribute<CoversAttribute>() ?? type.GetCustomAttribute<CoversAttribute>();
        return attribute?.Names ?? [];
    }
}
