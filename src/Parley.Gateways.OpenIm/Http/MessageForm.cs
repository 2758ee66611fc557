using System.Text.Json;
using Google.Protobuf;
using Parley.Gateways.OpenIm.Messages;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Reads messages out of the bodies of calls (openim.md §4.16, §8.8).</summary>
internal static class MessageForm
{
    private const int SuperGroup = 3;
    private const int LastPlatform = 7;
    private const int LastPlatformV3 = 11;
    private const int LastContentType = 1_000_000;
    private const int MostOptions = 64;

    /// <summary>The message of <c>send_msg</c>, but for its content and the receiver in <c>recvID</c> of a group.</summary>
    public static MsgData ReadManagers(ApiCall call)
    {
        var body = call.Body;
        var data = new MsgData
        {
            SendID = body.Text("sendID", ApiCall.IdLength, Need.Required),
            RecvID = body.Text("recvID", ApiCall.IdLength),
            GroupID = body.Text("groupID", ApiCall.IdLength),
            ClientMsgID = Guid.NewGuid().ToString("N"),
            SenderPlatformID = body.Integer("senderPlatformID", 0, call.IsV3 ? LastPlatformV3 : LastPlatform),
            SenderNickname = body.Text("senderNickname", ApiCall.ShortText),
            SenderFaceURL = body.Text("senderFaceURL", ApiCall.LongText),
            SessionType = body.Integer("sessionType", int.MinValue, int.MaxValue, Need.Required),
            MsgFrom = MessageMapper.FromSystem,
            ContentType = body.Integer("contentType", int.MinValue, int.MaxValue, Need.Required),
            CreateTime = ReadTime(call),
            OfflinePushInfo = ReadPush(body, "offlinePushInfo"),
        };
        var forced = body.Texts("forceList", call.MostItems);
        if (call.IsV3 && data.SessionType == SuperGroup)
            data.SessionType = MessageMapper.Group;
        if (data.SessionType == MessageMapper.Group)
        {
            data.GroupID = data.GroupID.Length > 0 ? data.GroupID : data.RecvID;
            data.RecvID = "";
            data.AtUserIDList.AddRange(forced);
        }
        else
        {
            data.GroupID = "";
        }
        if (call.IsV3 && body.Flag("notOfflinePush"))
            data.Options[MessageOptions.OfflinePush] = false;
        if (body.Element("content").ValueKind != JsonValueKind.Object)
            body.Refuse("content is no object");
        return data;
    }

    /// <summary>The message of a client: <c>sendID</c>, <c>senderPlatformID</c> and the object <c>data</c>.</summary>
    public static MsgData ReadClients(ApiCall call)
    {
        var outer = call.Body;
        var body = outer.Object("data", Need.Required);
        var data = new MsgData
        {
            SendID = outer.Text("sendID", ApiCall.IdLength, Need.Required),
            SenderPlatformID = outer.Integer("senderPlatformID", 0, LastPlatformV3),
            SenderNickname = outer.Text("senderNickname", ApiCall.ShortText),
            SenderFaceURL = outer.Text("senderFaceURL", ApiCall.LongText),
            RecvID = body.Text("recvID", ApiCall.IdLength),
            GroupID = body.Text("groupID", ApiCall.IdLength),
            ClientMsgID = body.Text("clientMsgID", ApiCall.ShortText, Need.Required),
            SessionType = body.Integer("sessionType", int.MinValue, int.MaxValue, Need.Required),
            MsgFrom = body.Integer("msgFrom", int.MinValue, int.MaxValue),
            ContentType = body.Integer("contentType", 1, LastContentType, Need.Required),
            CreateTime = body.Number("createTime", 0, long.MaxValue),
            Content = ReadBytes(body, "content"),
            OfflinePushInfo = ReadPush(body, "offlineInfo", "offlinePushInfo"),
        };
        var options = body.Object("options");
        foreach (var name in options.Names.Take(MostOptions))
            data.Options[name] = options.Flag(name);
        data.AtUserIDList.AddRange(body.Texts("atUserIDList", call.MostItems));
        return data;
    }

    /// <summary>
    /// When the sender said it. In v3 a back end may tell; when the message is sent is for the server alone, as time never goes back in a
    /// conversation.
    /// </summary>
    private static long ReadTime(ApiCall call)
    {
        var told = call.IsV3 ? call.Body.Number("sendTime", 0, long.MaxValue) : 0;
        return told > 0 ? told : call.Host.UnixMilliseconds;
    }

    private static OfflinePushInfo? ReadPush(ApiBody body, string name, params ReadOnlySpan<string> aliases)
    {
        if (!body.Has(name, aliases))
            return null;
        var push = body.Object(name, Need.Optional, aliases);
        return new()
        {
            Title = push.Text("title", ApiCall.LongText),
            Desc = push.Text("desc", ApiCall.LongText),
            Ex = push.Text("ex", ApiCall.LongText),
            IOSPushSound = push.Text("iOSPushSound", ApiCall.ShortText),
            IOSBadgeCount = push.Flag("iOSBadgeCount"),
        };
    }

    private static ByteString ReadBytes(ApiBody body, string name)
    {
        var element = body.Element(name);
        if (element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out var bytes))
            return UnsafeByteOperations.UnsafeWrap(bytes);
        body.Refuse($"{name} is no base64");
        return ByteString.Empty;
    }
}
