using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Backend;

/// <summary>Which messages of a conversation to read (rtm-server §3.1).</summary>
public sealed record RtmHistoryQuery
{
    /// <summary>True to go back from <see cref="End"/>, newest first; false to go forward from <see cref="Begin"/>.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>How many at most; 10 by default, servers give no more than 20.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Not before; null for no bound.</summary>
    public DateTimeOffset? Begin { get; init; }

    /// <summary>Not after; null for now.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Only behind this id in the direction of reading; 0 to start.</summary>
    public long LastId { get; init; }

    /// <summary>Only these types; empty for all.</summary>
    public IReadOnlyCollection<byte> MessageTypes { get; init; } = [];

    /// <summary>On whose behalf: his membership is checked then. Null for nobody. Not for messages between users.</summary>
    public long? UserId { get; init; }

    internal void Write(FpnnMapWriter map, bool withUser)
    {
        map.Add("desc"u8, Descending)
            .Add("num"u8, Count)
            .Add("begin"u8, Begin?.ToUnixTimeMilliseconds() ?? 0)
            .Add("end"u8, End?.ToUnixTimeMilliseconds() ?? 0)
            .Add("lastid"u8, LastId);
        if (MessageTypes.Count > 0)
            map.Add("mtypes"u8, [.. MessageTypes.Select(static type => (long)type)]);
        if (withUser)
            map.AddIfAny("uid"u8, UserId);
    }
}

/// <summary>A message of history.</summary>
/// <param name="Id">The server's number in this conversation.</param>
/// <param name="From">The sender's uid; 0 in a row between users whose direction is unknown.</param>
/// <param name="MessageType">1 to 127; files have 40 to 50.</param>
/// <param name="Mid">The sender's message id.</param>
/// <param name="IsDeleted">Whether it was recalled; content and attributes are empty then.</param>
/// <param name="Content">What it says; of a file, where it is.</param>
/// <param name="Attributes">The sender's attrs, may be empty.</param>
/// <param name="Time">When the server took it, to the millisecond.</param>
public sealed record RtmHistoryMessage(
    long Id,
    long From,
    byte MessageType,
    long Mid,
    bool IsDeleted,
    RtmContent Content,
    string Attributes,
    DateTimeOffset Time)
{
    /// <summary>The content as text.</summary>
    public string Text => Content.Text;

    /// <summary>Whether this is a file.</summary>
    public bool IsFile => RtmMessageType.IsFile(MessageType);
}

/// <summary>A page of history.</summary>
/// <param name="Messages">In the order of reading.</param>
/// <param name="Next">The query for the following page; null when this one is empty, that is, when all has been read.</param>
public sealed record RtmHistoryPage(IReadOnlyList<RtmHistoryMessage> Messages, RtmHistoryQuery? Next)
{
    private const int RowWidth = 8;

    internal static RtmHistoryPage Read(ref FpnnParameters answer, RtmHistoryQuery query, (long User, long Other)? pair)
    {
        var lastId = answer.Int64OrDefault("lastid"u8, query.LastId);
        var begin = answer.Int64OrDefault("begin"u8);
        var end = answer.Int64OrDefault("end"u8);
        var messages = ReadRows(ref answer, pair);
        if (messages.Count == 0)
            return new RtmHistoryPage(messages, null);
        return new RtmHistoryPage(messages, query with
        {
            LastId = lastId,
            Begin = begin == 0 ? null : UnixTime.FromMilliseconds(begin),
            End = end == 0 ? null : UnixTime.FromMilliseconds(end),
        });
    }

    private static List<RtmHistoryMessage> ReadRows(ref FpnnParameters answer, (long User, long Other)? pair)
    {
        var messages = new List<RtmHistoryMessage>();
        if (!answer.TryGetRaw("msgs"u8, out var encoded))
            return messages;
        var reader = new MessagePackReader(encoded);
        var good = reader.TryReadArrayHeader(out var count);
        for (var i = 0; good && i < count; i++)
        {
            good = reader.TryPeekType(out var type)
                && (type == MessagePackType.Map ? TryReadMap(ref reader, pair, messages) : TryReadRow(ref reader, pair, messages));
        }

        if (!good)
            answer.Fail(FpnnErrorCode.WrongType, "msgs"u8);
        return messages;
    }

    private static bool TryReadRow(ref MessagePackReader reader, (long User, long Other)? pair, List<RtmHistoryMessage> messages)
    {
        if (!reader.TryReadArrayHeader(out var width) || width < RowWidth
            || !FpnnValue.TryReadInt64(ref reader, out var id)
            || !FpnnValue.TryReadInt64(ref reader, out var from)
            || !FpnnValue.TryReadInt64(ref reader, out var type)
            || !FpnnValue.TryReadInt64(ref reader, out var mid)
            || !FpnnValue.TryReadBoolean(ref reader, out var deleted)
            || !reader.TryReadRaw(out var body, out var isBinary)
            || !FpnnValue.TryReadString(ref reader, out var attributes)
            || !FpnnValue.TryReadInt64(ref reader, out var time))
        {
            return false;
        }

        for (var i = RowWidth; i < width; i++)
        {
            if (!reader.TrySkip())
                return false;
        }

        var content = new RtmContent(body.ToArray(), isBinary);
        messages.Add(new RtmHistoryMessage(
            id, Sender(from, pair), (byte)type, mid, deleted, content, attributes, UnixTime.FromMilliseconds(time)));
        return true;
    }

    // Some servers name the fields (rtm-server §9.5).
    private static bool TryReadMap(ref MessagePackReader reader, (long User, long Other)? pair, List<RtmHistoryMessage> messages)
    {
        if (!reader.TryReadEncoded(out var encoded) || !FpnnParameters.TryParse(encoded, out var row))
            return false;
        var from = row.Int64OrNull("from"u8, "direction"u8) ?? 0;
        var content = new RtmContent(row.BytesOrEmpty("msg"u8, out var isBinary).ToArray(), isBinary);
        messages.Add(new RtmHistoryMessage(
            row.Int64("id"u8),
            Sender(from, pair),
            (byte)row.Int64OrDefault("mtype"u8),
            row.Int64OrDefault("mid"u8),
            row.BooleanOrDefault("deleted"u8),
            content,
            row.StringOrEmpty("attrs"u8),
            UnixTime.FromMilliseconds(row.Int64OrDefault("mtime"u8))));
        return !row.Failed;
    }

    // Between users the row tells the direction: 1 sent by the one who asks, 2 by the other (rtm-server §3.1).
    private static long Sender(long value, (long User, long Other)? pair) => pair is not { } users
        ? value
        : value switch
        {
            1 => users.User,
            2 => users.Other,
            _ => 0,
        };
}
