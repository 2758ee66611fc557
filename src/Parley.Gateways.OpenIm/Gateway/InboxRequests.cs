using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>What is in the user's inbox (openim.md §6.8, §8.6).</summary>
internal sealed class InboxRequests(OpenImHost host)
{
    /// <summary>Longest list of messages in an answer to more than <see cref="Portion"/> numbers, in bytes.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Numbers that are read at once, so that no more than this beyond the longest answer is ever in memory. Clients ask for so many, and
    /// when they are refused they ask again for ever (§8.7): up to here the answer is given however long it is.
    /// </summary>
    private const int Portion = 100;

    /// <summary>1001: the newest and the oldest number; also the client's sign of life.</summary>
    public async ValueTask Newest(GatewayCall call)
    {
        if (!call.TryParse(GetMaxAndMinSeqReq.Parser, out _))
            return;
        call.Answer(await host.Inboxes.GetBoundsAsync(host.Project, call.Session.UserId, CancellationToken.None));
    }

    /// <summary>1002: what lies at each of the numbers, a placeholder where there is nothing. Whose they are is known, whatever userID says.</summary>
    public async ValueTask Pull(GatewayCall call)
    {
        if (!call.TryParse(PullMessageBySeqListReq.Parser, out var request))
            return;
        if (request.SeqList.Count > host.Settings.PullNumbers)
        {
            Refuse(call, $"at most {host.Settings.PullNumbers} numbers may be pulled at once");
            return;
        }
        var answer = new PullMessageBySeqListResp();
        var size = 0;
        foreach (var portion in request.SeqList.Distinct().Order().Chunk(Portion))
        {
            foreach (var data in await host.Inboxes.PullAsync(host.Project, call.Session.Viewer, portion, CancellationToken.None))
            {
                size += data.CalculateSize();
                answer.List.Add(data);
            }
            if (size <= MostBytes || answer.List.Count <= Portion)
                continue;
            Refuse(call, "the messages are too long to be pulled at once");
            return;
        }
        await call.AnswerLongAsync(answer);
    }

    /// <summary>The code is told inside and outside.</summary>
    private static void Refuse(GatewayCall call, string text) => call.Refuse(
        OpenImFailures.Unacceptable, text, new PullMessageBySeqListResp { ErrCode = OpenImFailures.Unacceptable, ErrMsg = text });
}
