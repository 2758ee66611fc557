using Parley.Core.Projects;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Messages;

/// <summary>What a user has missed: the newest number, and messages by number (openim.md §6.8, §8.6).</summary>
internal sealed class InboxReading(OpenImHost host)
{
    /// <summary>The newest and the oldest number; the user has an inbox from now on.</summary>
    public async ValueTask<GetMaxAndMinSeqResp> GetBoundsAsync(Project project, long userId, CancellationToken cancellation)
    {
        await host.Core.Inboxes.EnrolAsync(project, userId, cancellation);
        var bounds = await host.Core.Inboxes.GetBoundsAsync(project, userId, cancellation);
        return new() { MaxSeq = (uint)Math.Clamp(bounds.Newest, 0, uint.MaxValue), MinSeq = (uint)Math.Clamp(bounds.Oldest, 0, uint.MaxValue) };
    }

    /// <summary>Messages by number: one entry for each number, ascending; a placeholder where nothing lies any more.</summary>
    public async ValueTask<IReadOnlyList<MsgData>> PullAsync(
        Project project, Viewer viewer, IReadOnlyList<uint> numbers, CancellationToken cancellation)
    {
        long[] wanted = [.. numbers.Distinct().Order()];
        var items = await host.Core.Inboxes.GetAsync(project, viewer.UserId, wanted, cancellation);
        var pulled = new MsgData[wanted.Length];
        var next = 0;
        for (var i = 0; i < pulled.Length; i++)
        {
            MsgData? data = null;
            if (next < items.Count && items[next].Number == wanted[i])
            {
                var item = items[next++];
                data = item.Message is { } message
                    ? await host.Mapper.MapAsync(message, viewer, item.Number)
                    : host.Mapper.MapNote(item.Note, viewer, item.Number);
            }
            pulled[i] = data ?? MessageMapper.Placeholder(wanted[i]);
        }
        return pulled;
    }
}
