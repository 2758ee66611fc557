using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Server.Tests.Telemetry;

/// <summary>A line with a value.</summary>
internal sealed record Sample(string Name, string Labels, double Value);

/// <summary>A strict reader of Prometheus' text format: every line must be right, every sample under the type of its family.</summary>
internal static partial class PrometheusText
{
    public static IReadOnlyList<Sample> Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var samples = new List<Sample>();
        var families = new HashSet<string>(StringComparer.Ordinal);
        var series = new HashSet<string>(StringComparer.Ordinal);
        string family = "", type = "", help = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } helped)
            {
                help = helped.Groups["name"].Value;
                continue;
            }
            if (Type().Match(line) is { Success: true } typed)
            {
                (family, type) = (typed.Groups["name"].Value, typed.Groups["type"].Value);
                Assert.True(families.Add(family), $"family twice: {family}");
                Assert.True(help == family || help.Length == 0 || families.Contains(help), $"HELP without TYPE: {help}");
                continue;
            }
            var match = Line().Match(line);
            Assert.True(match.Success, $"not a line of the format: {line}");
            var name = match.Groups["name"].Value;
            var labels = match.Groups["labels"].Value;
            Assert.True(series.Add(name + labels), $"series twice: {line}");
            string[] names = type == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : [family];
            Assert.Contains(name, names);
            Assert.True(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"a counter without _total: {line}");
            var value = match.Groups["value"].Value.Replace("Inf", "Infinity", StringComparison.Ordinal).TrimStart('+');
            samples.Add(new(name, labels, double.Parse(value, CultureInfo.InvariantCulture)));
        }
        return samples;
    }

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) ([^\\\\\\n]|\\\\\\\\|\\\\n)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Type();

    [GeneratedRegex(
        "^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\\{[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\\"n])*\"(,[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\\"n])*\")*\\})? (?<value>[+-]?Inf|NaN|-?[0-9.]+(E[+-]?[0-9]+)?)$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Line();
}
