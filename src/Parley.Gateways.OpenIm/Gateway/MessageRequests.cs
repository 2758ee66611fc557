using System.Diagnostics.CodeAnalysis;
using Parley.Core.Messaging;
using Parley.Gateways.OpenIm.Messages;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>Saying something (openim.md §6.4, §8.6).</summary>
internal sealed class MessageRequests(OpenImHost host)
{
    /// <summary>1003: completes when the message has its place; the answer follows when it is stored.</summary>
    public async ValueTask Send(GatewayCall call)
    {
        if (!call.TryParse(MsgData.Parser, out var data))
            return;
        if (data.SendID != call.Session.Name)
        {
            call.Refuse(OpenImFailures.NotSelf, "sendID is not who is connected");
            return;
        }
        if (ContentTypes.IsNotification(data.ContentType) && !host.People.IsManager(data.SendID))
        {
            call.Refuse(OpenImFailures.Unacceptable, "contentType err");
            return;
        }
        var sent = await host.Sending.SubmitAsync(
            data, call.OperationId, call.Session, isOnlineOnly: false, SendAuthority.User, CancellationToken.None);
        call.Connection.InFlight.Begin();
        _ = AnswerAsync(call, sent);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody awaits this; the client must be told.")]
    private static async Task AnswerAsync(GatewayCall call, ValueTask<SendResult> sent)
    {
        try
        {
            var result = await sent;
            if (result.Code == 0)
                call.Answer(new UserSendMsgResp { ServerMsgID = result.ServerMsgId, ClientMsgID = result.ClientMsgId, SendTime = result.SendTime });
            else
                call.Refuse(result.Code, result.Text);
        }
        catch (Exception exception)
        {
            RequestTable.OnFault(call, exception);
        }
        finally
        {
            call.Connection.InFlight.End();
        }
    }
}
