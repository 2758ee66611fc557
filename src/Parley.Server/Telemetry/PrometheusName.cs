using System.Diagnostics.Metrics;
using System.Text;

namespace Parley.Server.Telemetry;

/// <summary>OpenTelemetry names as Prometheus writes them: <c>parley.message.send.duration</c> in <c>s</c> is <c>parley_message_send_duration_seconds</c>.</summary>
internal static class PrometheusName
{
    /// <summary>The name of an instrument's family.</summary>
    public static string Of(Instrument instrument)
    {
        var name = Clean(instrument.Name, allowColon: true);
        var unit = Unit(instrument.Unit);
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal))
            name += "_" + unit;
        if (MetricFamily.KindOf(instrument) == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal))
            name += "_total";
        return name;
    }

    /// <summary>The name of a label.</summary>
    public static string Label(string name) => Clean(name, allowColon: false);

    /// <summary>Writes a label's value.</summary>
    public static void AppendEscaped(StringBuilder text, string value, bool quotes = true)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(c),
            };
        }
    }

    // UCUM, as OpenTelemetry writes units; annotations in braces are no unit
    private static string Unit(string? unit) => unit switch
    {
        null or "" or "1" => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "%" => "percent",
        _ when unit[0] == '{' => "",
        _ => Clean(unit, allowColon: false),
    };

    private static string Clean(string name, bool allowColon)
    {
        var clean = string.Create(name.Length, (name, allowColon), static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                var c = source.name[i];
                span[i] = char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && source.allowColon) ? c : '_';
            }
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }
}
