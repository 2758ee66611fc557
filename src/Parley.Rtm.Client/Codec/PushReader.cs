using Parley.Rtm.Client.Pushes;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client.Codec;

/// <summary>The method of a push, as the gate names it.</summary>
internal enum PushMethod
{
    Unknown,
    Ping,
    Message,
    Translation,
    Unread,
    KickOut,
    KickOutOfRoom,
}

/// <summary>A push as it was read, with what makes it a duplicate of another one.</summary>
internal readonly record struct ReadPush(RtmPush Push, PushKey? Key);

/// <summary>Reads what the gate pushes (rtm-client.md §5).</summary>
internal static class PushReader
{
    public static (PushMethod Method, RtmConversationKind Kind) MethodOf(string method) => method switch
    {
        "ping" => (PushMethod.Ping, default),
        "pushmsg" => (PushMethod.Message, RtmConversationKind.User),
        "pushgroupmsg" => (PushMethod.Message, RtmConversationKind.Group),
        "pushroommsg" => (PushMethod.Message, RtmConversationKind.Room),
        "pushbroadcastmsg" => (PushMethod.Message, RtmConversationKind.Broadcast),
        "transmsg" => (PushMethod.Translation, RtmConversationKind.User),
        "transgroupmsg" => (PushMethod.Translation, RtmConversationKind.Group),
        "transroommsg" => (PushMethod.Translation, RtmConversationKind.Room),
        "transbroadcastmsg" => (PushMethod.Translation, RtmConversationKind.Broadcast),
        "pushunread" => (PushMethod.Unread, default),
        "kickout" => (PushMethod.KickOut, default),
        "kickoutroom" => (PushMethod.KickOutOfRoom, default),
        _ => (PushMethod.Unknown, default),
    };

    /// <summary>Reads a push. Look at <see cref="FpnnParameters.Failed"/> afterwards.</summary>
    public static ReadPush Read(PushMethod method, RtmConversationKind kind, ref FpnnParameters parameters, long me) => method switch
    {
        PushMethod.Message => ReadMessage(kind, ref parameters, me),
        PushMethod.Translation => ReadTranslation(kind, ref parameters),
        PushMethod.Unread => new(new RtmUnreadPush(ReadUnread(ref parameters)), Key: null),
        PushMethod.KickOut => new(new RtmKickedOutPush(), Key: null),
        PushMethod.KickOutOfRoom => new(new RtmKickedOutOfRoomPush(parameters.Int64("rid"u8)), Key: null),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, null),
    };

    /// <summary>Reads what is unread, under the names of either time (rule C-4).</summary>
    public static RtmUnread ReadUnread(ref FpnnParameters parameters) => new(
        parameters.Int64ListOrNull("p2p"u8, "uidOfUnreadMessage"u8) ?? [],
        parameters.Int64ListOrNull("group"u8, "gidOfUnreadGroupMessage"u8) ?? [],
        parameters.BooleanOrDefault("bc"u8, parameters.BooleanOrDefault("haveUnreadBroadcastMessage"u8)));

    private static ReadPush ReadMessage(RtmConversationKind kind, ref FpnnParameters parameters, long me)
    {
        var from = parameters.Int64("from"u8);
        var place = PlaceOf(kind, ref parameters);
        var to = kind == RtmConversationKind.User ? parameters.Int64OrDefault("to"u8, me) : 0;
        var mid = parameters.Int64("mid"u8);
        var type = parameters.Int64("mtype"u8);
        if (type is < 0 or > byte.MaxValue)
            parameters.Fail(FpnnErrorCode.WrongType, "mtype"u8);
        var content = parameters.Bytes("msg"u8);
        var peer = from == me ? to : from;
        var message = new RtmMessage
        {
            Conversation = new(kind, kind == RtmConversationKind.User ? peer : place),
            From = from,
            MessageId = mid,
            Type = (byte)type,
            FileKind = MessageContent.KindOf(parameters.Int64OrDefault("ftype"u8)),
            Text = MessageContent.TextOf(content),
            Bytes = content.ToArray(),
            Attributes = parameters.StringOrEmpty("attrs"u8),
            Time = Moments.FromMilliseconds(parameters.Int64OrNull("mtime"u8)),
        };
        return new(new RtmMessagePush(message), new PushKey(kind, place, from, mid));
    }

    private static ReadPush ReadTranslation(RtmConversationKind kind, ref FpnnParameters parameters)
    {
        var from = parameters.Int64("from"u8);
        var place = PlaceOf(kind, ref parameters);
        var mid = parameters.Int64("mid"u8);
        var conversation = new RtmConversation(kind, kind == RtmConversationKind.User ? from : place);
        var push = new RtmTranslationPush(conversation, from, mid, parameters.Int64("omid"u8), parameters.String("msg"u8));
        return new(push, new PushKey(kind, place, from, mid));
    }

    private static long PlaceOf(RtmConversationKind kind, ref FpnnParameters parameters) => kind switch
    {
        RtmConversationKind.Group => parameters.Int64("gid"u8),
        RtmConversationKind.Room => parameters.Int64("rid"u8),
        _ => 0,
    };
}
