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

    /// <summary>beehive.md §9.7: the numbers of the commands, and in the last line those of the seed generation that differ (§12.2).</summary>
    private static readonly string[] Commands =
    [
        "0101", "0102", "0103", "0104", "0105", "0106", "0107", "0108", "0109", "010A", "010B", "010C", "010D", "010E", "0110", "0111",
        "0151", "0152", "0153", "0154",
        "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208", "0209", "020A", "020B", "020C", "020D", "020E",
        "0210", "0211", "0212", "0213",
        "0301", "0302", "0303", "0304", "0305", "0306", "0307", "0308", "0309", "030A", "030B", "030C", "030D", "030E",
        "0310", "0311", "0312", "0313", "0314", "0315", "0316", "0317", "0318", "0319", "031A", "031B", "031C", "031D",
        "0350", "0351", "0352", "0353", "0354", "0355", "0356", "0357", "0358", "0359", "0360", "0361", "0362", "0363",
        "0364", "0365", "0366", "0367",
        "0401", "0402", "0403", "0404", "0405", "0406", "0407", "0408", "0409", "040A", "040B", "040C", "040D", "040E",
        "0410", "0411", "0412", "0413", "0450", "0451", "0452", "0453", "0454", "0455",
        "0501", "0502", "0503", "0504", "0601", "0602", "0603", "0604",
        "0112", "0113",
    ];

    /// <summary>beehive.md §8.3, §9 and §10: the numbers that long connections are refused with.</summary>
    private static readonly string[] LongCodes = ["10005", "10012", "10018", "10023", "20003", "20005", "20007", "20009", "20011", "20012"];

    [Fact]
    public void Every_interface_every_command_and_every_error_number_has_a_test()
    {
        string[] wanted = [.. Interfaces, .. HttpCodes.Union(LongCodes), .. Commands];
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
