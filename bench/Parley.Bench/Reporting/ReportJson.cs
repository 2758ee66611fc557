using System.Text.Json.Serialization;

namespace Parley.Bench.Reporting;

/// <summary>The JSON of a run.</summary>
[JsonSerializable(typeof(BenchReport))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ReportJson : JsonSerializerContext;
