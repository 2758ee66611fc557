using System.Reflection;
using Parley.Conformance.Tests.Rtm.Sdk;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

public sealed class RtmCoverage(ITestOutputHelper output)
{
    private static string[] ByHand { get; } =
        [.. RtmMethods.ForAnybody.Concat(RtmMethods.ForUsers).Concat(RtmMethods.OfDispatch).Concat(RtmMethods.Pushes).Distinct()];

    [Fact]
    public void Every_quest_and_push_of_the_client_document_has_a_test()
    {
        var covered = Named<CoversAttribute>(attribute => attribute.Names);
        var bySdk = Named<CoversBySdkAttribute>(attribute => attribute.Names, ofClientSdk: true);
        string[] all = [.. ByHand, .. RtmMethods.Later.Select(later => later.Name)];
        output.WriteLine($"{"",-20}{"raw",8}{"sdk",8}");
        foreach (var name in all)
            output.WriteLine($"{name,-20}{covered.GetValueOrDefault(name),8}{bySdk.GetValueOrDefault(name),8}");
        output.WriteLine($"covered {ByHand.Count(covered.ContainsKey)} of {ByHand.Length}");
        output.WriteLine($"covered {all.Count(bySdk.ContainsKey)} of {all.Length} by SDK");
        foreach (var (name, with) in RtmMethods.Later)
            output.WriteLine($"raw later, with {with}: {name}");
        Assert.Empty(ByHand.Except(covered.Keys, StringComparer.Ordinal));
        Assert.Empty(covered.Keys.Except(ByHand, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_quest_and_push_is_tested_through_the_sdk_too()
    {
        var bySdk = Named<CoversBySdkAttribute>(attribute => attribute.Names, ofClientSdk: true);
        string[] all = [.. ByHand, .. RtmMethods.Later.Select(later => later.Name)];
        Assert.Empty(all.Except(bySdk.Keys, StringComparer.Ordinal));
        Assert.Empty(bySdk.Keys.Except(all, StringComparer.Ordinal));
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
