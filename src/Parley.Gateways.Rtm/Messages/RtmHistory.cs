using Parley.Core.Messaging;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Messages;

/// <summary>The two styles of history on the wire (rtm-client.md §6.2 to §6.5), for every gate that speaks them.</summary>
internal static class RtmHistory
{
    private const int PageMost = 10;
    private const int WindowMost = 20;
    private const int WindowUsual = 10;
    private const int PeerRow = 9;

    /// <summary>The parameters of page style (§6.2). Check <see cref="FpnnParameters.Failed"/> afterwards.</summary>
    public static PageQuery ReadPage(ref FpnnParameters parameters, ConversationKey conversation, long viewer)
    {
        var num = parameters.Int64("num"u8);
        var descending = parameters.Boolean("desc"u8);
        var page = parameters.Int64("page"u8);
        var direction = conversation.Kind == ConversationKind.PeerToPeer ? parameters.Int64OrDefault("direction"u8) : 0;
        var localMid = parameters.Int64OrDefault("localmid"u8);
        var localId = parameters.Int64OrDefault("localid"u8);
        var take = num is < 1 or > PageMost ? PageMost : (int)num;
        return new PageQuery
        {
            Conversation = conversation,
            Viewer = viewer,
            Direction = direction is 1 or 2 ? (PageDirection)direction : PageDirection.Both,
            AfterSequence = Math.Max(localId, 0),
            AfterMessageId = Math.Max(localMid, 0),
            Types = TypesOf(parameters.Int64ListOrNull("mtypes"u8)),
            Descending = descending,
            Skip = (int)Math.Clamp(page, 0, short.MaxValue) * take,
            Take = take,
        };
    }

    /// <summary>The answer of page style (§6.3).</summary>
    public static void AnswerPage(Quest quest, PageQuery query, IReadOnlyList<Message> messages, int peerRowElements)
    {
        var answer = quest.BeginAnswer(3);
        answer.Write("num"u8, messages.Count);
        answer.Write("maxid"u8, messages.Count == 0 ? query.AfterSequence : Math.Max(messages[0].Sequence, messages[^1].Sequence));
        answer.WriteArray("msgs"u8, messages.Count);
        foreach (var message in messages)
        {
            if (query.Conversation.Kind != ConversationKind.PeerToPeer)
            {
                answer.BeginArray(8);
                answer.Value(message.Sequence);
                answer.Value(message.Sender);
            }
            else
            {
                // the eight elements of the 2018 web SDK lack the peer
                answer.BeginArray(peerRowElements);
                answer.Value(message.Sequence);
                if (peerRowElements == PeerRow)
                    answer.Value(query.Conversation.PeerOf(query.Viewer));
                answer.Value(message.Sender == query.Viewer ? 1 : 2);
            }
            answer.Value(message.Type);
            answer.Value((byte)message.File);
            answer.Value(message.MessageId);
            answer.Value(message.Body.Span);
            answer.Value(message.Attributes.Span);
            answer.Value(message.Time / 1000);
        }
        answer.Send();
    }

    /// <summary>The parameters of window style (§6.4). Check <see cref="FpnnParameters.Failed"/> afterwards.</summary>
    public static WindowQuery ReadWindow(ref FpnnParameters parameters, ConversationKey conversation)
    {
        var num = parameters.Int64("num"u8);
        var descending = parameters.Boolean("desc"u8);
        var begin = parameters.Int64OrDefault("begin"u8);
        var end = parameters.Int64OrDefault("end"u8);
        var lastId = parameters.Has("lastid"u8) ? parameters.Int64OrDefault("lastid"u8) : parameters.Int64OrDefault("lastId"u8);
        return new WindowQuery
        {
            Conversation = conversation,
            Begin = Math.Max(begin, 0),
            End = end <= 0 ? long.MaxValue : end,
            LastSequence = Math.Max(lastId, 0),
            Descending = descending,
            Types = TypesOf(parameters.Int64ListOrNull("mtypes"u8)),
            Take = num switch { < 1 => WindowUsual, > WindowMost => WindowMost, _ => (int)num },
        };
    }

    /// <summary>
    /// The query with an absent end resolved: the server's time, or that of the newest message when the clock has gone back behind it.
    /// </summary>
    public static WindowQuery ResolveEnd(WindowQuery query, ConversationHead head, long now) =>
        query.End == long.MaxValue ? query with { End = Math.Max(now, head.Time) } : query;

    /// <summary>The answer of window style (§6.5): the values to pass back continue behind the last message.</summary>
    public static void AnswerWindow(Quest quest, WindowQuery query, IReadOnlyList<Message> messages, long viewer, RtmProfile profile)
    {
        var last = messages.Count > 0 ? messages[^1] : null;
        var shape = profile == RtmProfile.G1 ? RtmProfile.G2 : profile; // there is no ftype here: files show by their type (§1.4)
        var answer = quest.BeginAnswer(5);
        answer.Write("num"u8, messages.Count);
        answer.Write("lastid"u8, last?.Sequence ?? query.LastSequence);
        answer.Write("begin"u8, last is not null && !query.Descending ? last.Time : query.Begin);
        answer.Write("end"u8, last is not null && query.Descending ? last.Time : query.End);
        answer.WriteArray("msgs"u8, messages.Count);
        foreach (var message in messages)
        {
            answer.BeginArray(8);
            answer.Value(message.Sequence);
            if (query.Conversation.Kind == ConversationKind.PeerToPeer)
                answer.Value(message.Sender == viewer ? 1 : 2);
            else
                answer.Value(message.Sender);
            answer.Value(RtmContent.TypeFor(message, shape));
            answer.Value(message.MessageId);
            answer.Value(message.IsDeleted);
            answer.Stored(message, profile);
            answer.Value(message.Attributes.Span);
            answer.Value(message.Time);
        }
        answer.Send();
    }

    /// <summary>The answer of <c>getmsg</c> (§10.1).</summary>
    public static void AnswerMessage(Quest quest, Message message, RtmProfile profile)
    {
        var answer = quest.BeginAnswer(5);
        answer.Write("id"u8, message.Sequence);
        answer.Write("mtype"u8, RtmContent.TypeFor(message, profile));
        answer.Value("msg"u8);
        answer.Stored(message, profile);
        answer.Value("attrs"u8);
        answer.Value(message.Attributes.Span);
        answer.Write("mtime"u8, message.Time);
        answer.Send();
    }

    /// <summary>Message types as stored; numbers that no message can have become 0, which matches none. Null when there is no filter.</summary>
    public static IReadOnlyList<byte>? TypesOf(long[]? mtypes) =>
        mtypes is { Length: > 0 } ? [.. mtypes.Select(mtype => mtype is >= 1 and <= 127 ? (byte)mtype : (byte)0)] : null;
}
