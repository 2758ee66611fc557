using System.Net;
using System.Text.Json;
using Parley.Core;
using Parley.Core.Projects;

namespace Parley.Gateways.Beehive.Http;

/// <summary>A call of an interface: what came, and the answer that is being written.</summary>
internal sealed class EndpointCall(
    BeehiveHost host, QueryParameters query, ReadOnlyMemory<byte> body, Answer answer, IPAddress? reachedAt, CancellationToken cancellation)
{
    /// <summary>Most rows of a top list.</summary>
    private const int MostRows = 10_000;

    private const int DefaultRows = 10;

    public ParleyCore Core { get; } = host.Core;

    public Project Project { get; } = host.Project;

    public QueryParameters Query { get; } = query;

    /// <summary>The body of a push; nobody writes to it any more.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    public Utf8JsonWriter Json { get; } = answer.Json;

    /// <summary>The address of ours that the caller came to; null when it is not known.</summary>
    public IPAddress? ReachedAt { get; } = reachedAt;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Sends what was written of a long answer, so that it is never in memory as a whole.</summary>
    public ValueTask SendPartAsync() => answer.SendPartAsync();

    /// <summary>Writes a member that the document quotes in its samples (beehive.md §2.1).</summary>
    public void WriteQuotable(ReadOnlySpan<byte> name, long value)
    {
        if (host.Settings.SeedQuotedNumbers)
            Json.WriteString(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        else
            Json.WriteNumber(name, value);
    }

    /// <summary>Writes <c>len</c>, and <c>list</c> with ids and their places from 0 on (§2.2).</summary>
    public void WriteIds(ReadOnlySpan<byte> name, IReadOnlyCollection<long> ids)
    {
        Json.WriteNumber("len"u8, ids.Count);
        Json.WriteStartArray("list"u8);
        var index = 0;
        foreach (var id in ids)
        {
            Json.WriteStartObject();
            Json.WriteNumber("idx"u8, index++);
            Json.WriteNumber(name, id);
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
    }

    /// <summary>Reads ids, and writes them as the list of users.</summary>
    public async ValueTask<Outcome> ListUsersAsync(ValueTask<IReadOnlyList<long>> reading)
    {
        var users = await reading;
        WriteIds("uid"u8, users);
        return Outcome.Done;
    }

    /// <summary>Writes <c>len</c>, and <c>list</c> with ids and totals.</summary>
    public void WriteTotals(ReadOnlySpan<byte> name, IReadOnlyCollection<(long Id, long Total)> rows)
    {
        Json.WriteNumber("len"u8, rows.Count);
        Json.WriteStartArray("list"u8);
        var index = 0;
        foreach (var (id, total) in rows)
        {
            Json.WriteStartObject();
            Json.WriteNumber("idx"u8, index++);
            Json.WriteNumber(name, id);
            Json.WriteNumber("total"u8, total);
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
    }

    /// <summary>The parameter <c>num</c> of a top list: 10 when it is missing or 0.</summary>
    public bool TryRows(out int rows)
    {
        var isGood = Query.TryOptional("num", long.MaxValue, out var number);
        rows = number == 0 ? DefaultRows : (int)Math.Min(number, MostRows);
        return isGood;
    }
}
