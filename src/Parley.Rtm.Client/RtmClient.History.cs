using System.Runtime.CompilerServices;
using Parley.Rtm.Client.Codec;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Client;

// Reading what was said (rtm-client.md §6) and single messages (§10.1). Reading a conversation marks it as read (§1.8).
public sealed partial class RtmClient
{
    /// <summary>
    /// One window of a conversation, by time (<c>getp2pmsg</c>, <c>getgroupmsg</c>, <c>getroommsg</c> or <c>getbroadcastmsg</c>).
    /// </summary>
    /// <param name="conversation">Which one.</param>
    /// <param name="query">What to read; null = the newest ten.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200041 not a member, 200040 not in the room.</exception>
    public Task<RtmWindow> GetWindowAsync(
        RtmConversation conversation, RtmWindowQuery? query = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        CheckCount(query.Count, RtmWindowQuery.MostCount);
        return AskAsync(
            HistoryMethodOf(conversation),
            map => WriteConversation(map, conversation)
                .Add("num"u8, query.Count).Add("desc"u8, query.NewestFirst)
                .Add("begin"u8, query.Begin).Add("end"u8, query.End).Add("lastid"u8, query.LastId)
                .AddTypes(query.Types),
            (ref answer) => new RtmWindow(ReadRows(ref answer, HistoryStyle.Window, conversation), query with
            {
                Begin = answer.Int64OrDefault("begin"u8, query.Begin),
                End = answer.Int64OrDefault("end"u8, query.End),
                LastId = answer.Int64OrDefault("lastid"u8, query.LastId),
            }),
            timeout,
            cancellationToken);
    }

    /// <summary>
    /// One page of a conversation (<c>getp2pmsg</c>, <c>getgroupmsg</c>, <c>getroommsg</c> or <c>getbroadcastmsg</c> with <c>page</c>).
    /// </summary>
    /// <param name="conversation">Which one.</param>
    /// <param name="query">What to read; null = the newest ten.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200041 not a member, 200040 not in the room.</exception>
    public Task<RtmPage> GetPageAsync(
        RtmConversation conversation, RtmPageQuery? query = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        CheckCount(query.Count, RtmPageQuery.MostCount);
        return AskAsync(
            HistoryMethodOf(conversation),
            map => WritePage(WriteConversation(map, conversation), conversation, query),
            (ref answer) => new RtmPage(ReadRows(ref answer, HistoryStyle.Page, conversation), answer.Int64OrDefault("maxid"u8, query.LocalId)),
            timeout,
            cancellationToken);
    }

    /// <summary>
    /// All that a window query matches, call after call, deleted messages included. It ends with the first empty answer. Older than the
    /// newest or from <see cref="RtmWindowQuery.Begin"/> on, as the query says.
    /// </summary>
    /// <param name="conversation">Which one.</param>
    /// <param name="query">Where to start and in which direction; null = from the newest backward, 20 per call.</param>
    /// <param name="timeout">For each call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="RtmException">200041 not a member, 200040 not in the room, 200010 too many calls.</exception>
    public async IAsyncEnumerable<RtmMessage> ReadHistoryAsync(
        RtmConversation conversation,
        RtmWindowQuery? query = null,
        TimeSpan? timeout = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        query ??= new() { Count = RtmWindowQuery.MostCount };
        while (true)
        {
            var window = await GetWindowAsync(conversation, query, timeout, cancellationToken);
            foreach (var message in window.Messages)
                yield return message;
            // a server that does not move on would be asked for ever
            if (window.Messages.Count == 0 || window.Next.LastId == query.LastId)
                yield break;
            query = window.Next;
        }
    }

    /// <summary>
    /// All that a page query matches, page after page from <see cref="RtmPageQuery.Page"/> on, without deleted messages. Messages that come
    /// meanwhile push newer pages along; none is given twice. It ends with the first empty page.
    /// </summary>
    /// <param name="conversation">Which one.</param>
    /// <param name="query">What to read; null = from the newest on, 10 per call.</param>
    /// <param name="timeout">For each call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="RtmException">200041 not a member, 200040 not in the room, 200010 too many calls.</exception>
    public async IAsyncEnumerable<RtmMessage> ReadPagesAsync(
        RtmConversation conversation,
        RtmPageQuery? query = null,
        TimeSpan? timeout = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        query ??= new();
        long? last = null;
        while (true)
        {
            var page = await GetPageAsync(conversation, query, timeout, cancellationToken);
            foreach (var message in page.Messages)
            {
                if (last is { } given && (query.NewestFirst ? message.Id >= given : message.Id <= given))
                    continue;
                last = message.Id;
                yield return message;
            }
            if (page.Messages.Count == 0 || query.Page == short.MaxValue)
                yield break;
            query = query with { Page = (short)(query.Page + 1) };
        }
    }

    /// <summary>One message (<c>getmsg</c>).</summary>
    /// <param name="conversation">Where it was said.</param>
    /// <param name="from">Who said it.</param>
    /// <param name="messageId">Its number.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RtmException">200070 there is none; 200041 not a member, 200040 not in the room.</exception>
    public Task<RtmMessage> GetMessageAsync(
        RtmConversation conversation, long from, long messageId, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        // of a pair, xid is the receiver
        var xid = conversation.Kind == RtmConversationKind.User && from != UserId ? UserId : conversation.Id;
        return AskAsync(
            "getmsg",
            map => map.Add("from"u8, from).Add("mid"u8, messageId).Add("xid"u8, xid).Add("type"u8, (long)conversation.Kind),
            (ref answer) => ReadMessage(ref answer, conversation, from, messageId),
            timeout,
            cancellationToken);
    }

    /// <summary>Deletes a message of the caller for everybody (<c>delmsg</c>); one that there is not is success.</summary>
    /// <param name="conversation">Where it was said.</param>
    /// <param name="messageId">Its number.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task DeleteMessageAsync(
        RtmConversation conversation, long messageId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "delmsg",
            map => map.Add("from"u8, UserId).Add("mid"u8, messageId).Add("xid"u8, conversation.Id).Add("type"u8, (long)conversation.Kind),
            timeout,
            cancellationToken);

    private static void CheckCount(int count, int most)
    {
        if (count < 1 || count > most)
            throw new ArgumentException($"One call gives 1 to {most} messages, not {count}.");
    }

    private static string HistoryMethodOf(RtmConversation conversation) => conversation.Kind switch
    {
        RtmConversationKind.User => "getp2pmsg",
        RtmConversationKind.Group => "getgroupmsg",
        RtmConversationKind.Room => "getroommsg",
        RtmConversationKind.Broadcast => "getbroadcastmsg",
        _ => throw new ArgumentException($"There are no conversations of kind {conversation.Kind}.", nameof(conversation)),
    };

    private static FpnnMapWriter WriteConversation(FpnnMapWriter map, RtmConversation conversation) => conversation.Kind switch
    {
        RtmConversationKind.User => map.Add("ouid"u8, conversation.Id),
        RtmConversationKind.Group => map.Add("gid"u8, conversation.Id),
        RtmConversationKind.Room => map.Add("rid"u8, conversation.Id),
        _ => map,
    };

    private static void WritePage(FpnnMapWriter map, RtmConversation conversation, RtmPageQuery query)
    {
        map.Add("num"u8, query.Count).Add("desc"u8, query.NewestFirst).Add("page"u8, query.Page)
            .Add("localmid"u8, query.LocalMessageId).Add("localid"u8, query.LocalId)
            .AddTypes(query.Types);
        if (conversation.Kind == RtmConversationKind.User)
            map.Add("direction"u8, (long)query.Direction);
    }

    private List<RtmMessage> ReadRows(ref FpnnParameters answer, HistoryStyle style, RtmConversation conversation)
    {
        var messages = new List<RtmMessage>();
        if (!answer.TryGetRaw("msgs"u8, out var raw))
            return messages;
        var reader = new MessagePackReader(raw);
        if (!reader.TryReadArrayHeader(out var count))
            answer.Fail(FpnnErrorCode.WrongType, "msgs"u8);
        for (var i = 0; i < count && !answer.Failed; i++)
        {
            if (HistoryRow.TryRead(ref reader, style, conversation, UserId, out var message))
                messages.Add(message);
            else
                answer.Fail(FpnnErrorCode.WrongType, "msgs"u8);
        }
        return messages;
    }

    private static RtmMessage ReadMessage(ref FpnnParameters answer, RtmConversation conversation, long from, long messageId)
    {
        var type = answer.Int64("mtype"u8);
        if (type is < 0 or > byte.MaxValue)
            answer.Fail(FpnnErrorCode.WrongType, "mtype"u8);
        var content = answer.Bytes("msg"u8);
        return new RtmMessage
        {
            Conversation = conversation,
            Id = answer.Int64("id"u8),
            From = from,
            MessageId = messageId,
            Type = (byte)type,
            FileKind = MessageContent.KindOfType((byte)type),
            Text = MessageContent.TextOf(content),
            Bytes = content.ToArray(),
            Attributes = answer.StringOrEmpty("attrs"u8),
            Time = Moments.FromMilliseconds(answer.Int64OrNull("mtime"u8)),
        };
    }
}
