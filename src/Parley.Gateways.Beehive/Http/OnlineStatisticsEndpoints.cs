using System.Globalization;
using System.Text.Json;
using Parley.Core.Statistics;

namespace Parley.Gateways.Beehive.Http;

/// <summary>How many sessions are open, over time: 3.1 to 3.4 (beehive.md §3.3, §11).</summary>
internal sealed class OnlineStatisticsEndpoints(BeehiveHost host)
{
    /// <summary>Records that are read at once.</summary>
    private const int PageRows = 1000;

    /// <summary>3.1: <c>prec num</c>: counts in periods of this length, or changes how many are kept.</summary>
    public async ValueTask<Outcome> AddAsync(EndpointCall call)
    {
        if (!TryPrecision(call, out var seconds))
            return Outcome.Invalid("prec");
        if (!call.Query.TryCount("num", int.MaxValue, out var keep))
            return Outcome.Invalid("num");
        return Outcome.Of(await call.Core.OnlineStatistics.SetPrecisionAsync(call.Project, seconds, keep, call.Cancellation));
    }

    /// <summary>3.2: <c>prec</c>: forgets a length and its records.</summary>
    public async ValueTask<Outcome> DeleteAsync(EndpointCall call)
    {
        if (!TryPrecision(call, out var seconds))
            return Outcome.Invalid("prec");
        await call.Core.OnlineStatistics.RemovePrecisionAsync(call.Project, seconds, call.Cancellation);
        return Outcome.Done;
    }

    /// <summary>3.3: the lengths, ascending.</summary>
    public async ValueTask<Outcome> ListAsync(EndpointCall call)
    {
        var precisions = await call.Core.OnlineStatistics.GetPrecisionsAsync(call.Project, call.Cancellation);
        var json = call.Json;
        json.WriteNumber("len"u8, precisions.Count);
        json.WriteStartArray("list"u8);
        for (var i = 0; i < precisions.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("idx"u8, i);
            json.WriteNumber("prec"u8, precisions[i].Seconds);
            json.WriteNumber("num"u8, precisions[i].Keep);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return Outcome.Done;
    }

    /// <summary>
    /// 3.4: <c>prec num</c>: the newest periods, newest first. How many they are is known before they are written only when they are few;
    /// of many, <c>num</c> comes after the list.
    /// </summary>
    public async ValueTask<Outcome> GetAsync(EndpointCall call)
    {
        if (!TryPrecision(call, out var seconds))
            return Outcome.Invalid("prec");
        if (!call.Query.TryId("num", out var wanted))
            return Outcome.Invalid("num");
        var statistics = call.Core.OnlineStatistics;
        var periods = await statistics.GetAsync(call.Project, seconds, (int)Math.Min(wanted, PageRows), call.Cancellation);
        var isWhole = periods.Count < PageRows || wanted == PageRows;
        var json = call.Json;
        call.WriteQuotable("prec"u8, seconds);
        if (isWhole)
            json.WriteNumber("num"u8, periods.Count);
        json.WriteStartArray("list"u8);
        var count = Write(json, periods, 0);
        while (periods.Count == PageRows && count < wanted)
        {
            await call.SendPartAsync();
            periods = await statistics.GetBeforeAsync(
                call.Project, seconds, periods[^1].Start, (int)Math.Min(wanted - count, PageRows), call.Cancellation);
            count = Write(json, periods, count);
        }
        json.WriteEndArray();
        if (!isWhole)
            json.WriteNumber("num"u8, count);
        return Outcome.Done;
    }

    /// <summary>Writes the next periods; returns how many there are now.</summary>
    private long Write(Utf8JsonWriter json, IReadOnlyList<OnlinePeriod> periods, long index)
    {
        foreach (var period in periods)
        {
            json.WriteStartObject();
            json.WriteNumber("idx"u8, index++);
            json.WriteNumber("time"u8, period.Start);
            json.WriteString("time-str"u8, LocalTime(period.Start));
            json.WriteNumber("num"u8, period.Most);
            json.WriteEndObject();
        }
        return index;
    }

    /// <summary>A length in seconds, also written with an <c>s</c>: <c>300</c>, <c>300s</c>.</summary>
    private static bool TryPrecision(EndpointCall call, out int seconds)
    {
        var text = call.Query.Text("prec").AsSpan();
        var isGood = QueryParameters.Parse(text.EndsWith("s", StringComparison.Ordinal) ? text[..^1] : text, int.MaxValue, out var number) && number > 0;
        seconds = isGood ? (int)number : 0;
        return isGood;
    }

    private string LocalTime(long unixSeconds) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(unixSeconds), host.Time.LocalTimeZone)
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
