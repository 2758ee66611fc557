using System.Reflection;
using Parley.Conformance.Tests.Rtm.Sdk;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>The quests and pushes of the client document, by raw frames and through the client SDK.</summary>
public sealed class RtmCoverage(ITestOutputHelper output)
{
    private static string[] Wanted { get; } =
    [
        .. RtmMethods.ForAnybody.Concat(RtmMethods.ForUsers).Concat(RtmMethods.OfDispatch).Concat(RtmMethods.OfFileGate)
            .Concat(RtmMethods.Pushes).Distinct(),
    ];

    [Fact]
    public void Every_quest_and_push_of_the_client_document_has_a_raw_test_and_one_through_the_sdk()
    {
        var raw = Named<CoversAttribute>(attribute => attribute.Names);
        var bySdk = Named<CoversBySdkAttribute>(attribute => attribute.Names, ofClientSdk: true);
        output.WriteLine($"{"",-20}{"raw",8}{"sdk",8}");
        foreach (var name in Wanted)
            output.WriteLine($"{name,-20}{raw.GetValueOrDefault(name),8}{bySdk.GetValueOrDefault(name),8}");
        output.WriteLine($"covered {Wanted.Count(raw.ContainsKey)} of {Wanted.Length}");
        output.WriteLine($"covered {Wanted.Count(bySdk.ContainsKey)} of {Wanted.Length} by SDK");
        Assert.Empty(Wanted.Except(raw.Keys, StringComparer.Ordinal));
        Assert.Empty(raw.Keys.Except(Wanted, StringComparer.Ordinal));
        Assert.Empty(Wanted.Except(bySdk.Keys, StringComparer.Ordinal));
        Assert.Empty(bySdk.Keys.Except(Wanted, StringComparer.Ordinal));
    }

    /// <summary>How many tests name each quest: by their own attribute, or by that of their class when they have none.</summary>
    private static Dictionary<string, int> Named<TAttribute>(Func<TAttribute, IReadOnlyList<string>> names, bool ofClientSdk = false)
        where TAttribute : Attribute =>
        typeof(RtmCoverage).Assembly.GetTypes()
            .Where(type => !ofClientSdk || type.Namespace == typeof(Sdk.Client.SdkServer).Namespace)
            .SelectMany(type => type.GetMethods(), (type, method) => (type, method))
            .Where(test => test.method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(test => test.method.GetCustomAttribute<TAttribute>() ?? test.type.GetCustomAttribute<TAttribute>())
            .SelectMany(attribute => attribute is null ? [] : names(attribute))
            .CountBy(name => name)
            .ToDictionary(StringComparer.Ordinal);
}
