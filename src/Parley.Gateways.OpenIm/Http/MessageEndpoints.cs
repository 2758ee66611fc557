using Microsoft.AspNetCore.Http;
using Parley.Core.Messaging;
using Parley.Gateways.OpenIm.Http.OpenApi;
using Parley.Gateways.OpenIm.Messages;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Sending for managers, and the twins of the message gateway's requests (openim.md §4.16, §8.8).</summary>
internal sealed class MessageEndpoints(OpenImHost host)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Numbers that are read at once: a client that reads slowly keeps no more than their messages in memory.</summary>
    private const int Portion = 10;

    /// <summary>/manager/send_msg, and /msg/send_msg of v3: a manager sends as anybody.</summary>
    public async ValueTask<Outcome> SendAsManagerAsync(ApiCall call)
    {
        var data = MessageForm.ReadManagers(call);
        var isOnlineOnly = call.Body.Flag("isOnlineOnly");
        call.Body.Ask(ApiDemand.Manager);
        if (call.Body.Fault is { } fault)
            return OpenImFailures.Invalid(fault);
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return RefuseSending(call, refusal);
        var shape = ContentRules.Build(data.ContentType, call.Body.Element("content"), call.IsV3, out var content);
        if (!shape.IsOk)
            return shape;
        data.Content = content;
        if (data.SessionType == MessageMapper.Single && data.RecvID.Length == 0)
            return WithoutIds(call, OpenImFailures.NoReceiver);
        if (data.SessionType == MessageMapper.Group && data.GroupID.Length == 0)
            return WithoutIds(call, OpenImFailures.NoGroup);
        await FillSenderAsync(call, data);
        var result = await host.Sending.SendAsync(data, call.OperationId, origin: null, isOnlineOnly, SendAuthority.BackEnd, call.Cancellation);
        if (!call.IsV3)
        {
            call.Json.WriteNumber("sendTime"u8, result.SendTime * NanosecondsPerMillisecond);
            call.Json.WriteString("msgID"u8, result.ClientMsgId);
        }
        return WriteSent(call, result);
    }

    /// <summary>/msg/send_msg of v2: a client sends as itself.</summary>
    public async ValueTask<Outcome> SendAsClientAsync(ApiCall call)
    {
        var data = MessageForm.ReadClients(call);
        if (await AdmitAsync(call, data.SendID) is { IsOk: false } refusal)
            return refusal;
        if (ContentTypes.IsNotification(data.ContentType) && !call.IsManager)
            return OpenImFailures.NoSuchType;
        return WriteSent(
            call,
            await host.Sending.SendAsync(data, call.OperationId, origin: null, isOnlineOnly: false, SendAuthority.User, call.Cancellation));
    }

    /// <summary>/msg/newest_seq {sendID, reqIdentifier, msgIncr}.</summary>
    public async ValueTask<Outcome> GetNewestAsync(ApiCall call)
    {
        var user = call.Body.Text("sendID", ApiCall.IdLength, Need.Required);
        if (await AdmitAsync(call, user) is { IsOk: false } refusal)
            return refusal;
        var bounds = await host.Inboxes.GetBoundsAsync(call.Project, call.Caller.UserId, call.Cancellation);
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteNumber("maxSeq"u8, bounds.MaxSeq);
        call.Json.WriteNumber("minSeq"u8, bounds.MinSeq);
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    /// <summary>/msg/pull_msg_by_seq {sendID, reqIdentifier, seqList}.</summary>
    public async ValueTask<Outcome> PullAsync(ApiCall call)
    {
        var user = call.Body.Text("sendID", ApiCall.IdLength, Need.Required);
        var numbers = call.Body.Numbers("seqList", host.Settings.PullNumbers, Need.Required);
        if (await AdmitAsync(call, user) is { IsOk: false } refusal)
            return refusal;
        var viewer = new Viewer(call.Caller.UserId, call.Caller.Name);
        await call.WriteListAsync("data", ReadAsync(call, viewer, numbers), EntityJson.Write);
        return Outcome.Done;
    }

    private async IAsyncEnumerable<MsgData> ReadAsync(ApiCall call, Viewer viewer, IReadOnlyList<uint> numbers)
    {
        foreach (var portion in numbers.Distinct().Order().Chunk(Portion))
        {
            foreach (var data in await host.Inboxes.PullAsync(call.Project, viewer, portion, call.Cancellation))
                yield return data;
        }
    }

    /// <summary>Of the twins every refusal is 400, but for a store that fails.</summary>
    private static async ValueTask<Outcome> AdmitAsync(ApiCall call, string user)
    {
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return refusal.Code == OpenImFailures.StoreCode ? refusal : OpenImFailures.Invalid(refusal.Text);
        return string.Equals(user, call.Caller.Name, StringComparison.Ordinal)
            ? Outcome.Done : OpenImFailures.Invalid("sendID is not the token's user");
    }

    private static Outcome RefuseSending(ApiCall call, Outcome refusal)
    {
        if (call.IsV3 || refusal.Code == OpenImFailures.StoreCode)
            return refusal;
        return WithoutIds(call, refusal.Code == OpenImFailures.PermissionCode ? OpenImFailures.NotManager : OpenImFailures.Invalid(refusal.Text));
    }

    private static Outcome WithoutIds(ApiCall call, Outcome outcome)
    {
        if (!call.IsV3)
        {
            call.Json.WriteNumber("sendTime"u8, 0);
            call.Json.WriteString("MsgID"u8, "");
        }
        return outcome;
    }

    private static Outcome WriteSent(ApiCall call, SendResult result)
    {
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteString("serverMsgID"u8, result.ServerMsgId);
        call.Json.WriteString("clientMsgID"u8, result.ClientMsgId);
        call.Json.WriteNumber("sendTime"u8, result.SendTime);
        call.Json.WriteEndObject();
        return new(StatusCodes.Status200OK, result.Code, result.Text);
    }

    /// <summary>A sender that is registered need not be described.</summary>
    private static async ValueTask FillSenderAsync(ApiCall call, MsgData data)
    {
        if (await call.FindAsync(data.SendID) is not { } sender)
            return;
        if (data.SenderNickname.Length == 0)
            data.SenderNickname = sender.Profile.Nickname;
        if (data.SenderFaceURL.Length == 0)
            data.SenderFaceURL = sender.Profile.FaceUrl;
    }
}
