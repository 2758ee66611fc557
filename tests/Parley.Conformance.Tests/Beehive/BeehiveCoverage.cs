using System.Reflection;

namespace Parley.Conformance.Tests.Beehive;

public sealed class BeehiveCoverage(ITestOutputHelper output)
{
    /// <summary>beehive.md §3: every interface.</summary>
    private static readonly string[] Interfaces =
    [
        "1.1", "1.2",
        "2.1", "2.2", "2.3", "2.4", "2.5", "2.6",
        "3.1", "3.2", "3.3", "3.4",
        "4.1", "4.2",
        "5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9", "5.10", "5.11",
        "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "6.7", "6.8", "6.9", "6.10",
        "7.1", "7.2", "7.3", "7.4", "7.5", "7.6",
    ];

    /// <summary>beehive.md §4: the numbers that HTTP answers have.</summary>
    private static readonly string[] HttpCodes =
        ["10001", "10004", "10011", "10018", "10020", "10021", "10022", "10024", "20005", "20007", "20008", "20009"];

    [Fact]
    public void Every_interface_and_every_error_number_has_a_test()
    {
        string[] wanted = [.. Interfaces, .. HttpCodes];
        var covered = typeof(BeehiveCoverage).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().SelectMany(method => NamesOf(type, method)))
            .ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"covered {wanted.Count(covered.Contains)} of {wanted.Length}");
        Assert.Empty(wanted.Except(covered, StringComparer.Ordinal));
        Assert.Empty(covered.Except(wanted, StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(Type type, MethodInfo method)
    {
        if (method.GetCustomAttribute<FactAttribute>() is null)
            return [];
        var attribute = method.GetCustomAttribute<CoversBeehiveAttribute>() ?? type.GetCustomAttribute<CoversBeehiveAttribute>();
        return attribute?.Names ?? [];
    }
}
