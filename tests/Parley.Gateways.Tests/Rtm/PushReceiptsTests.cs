using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core;
using Parley.Core.Cluster;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.ClientGate;
using Parley.Gateways.Rtm.Messages;
using Parley.Storage.Sqlite;

namespace Parley.Gateways.Tests.Rtm;

public sealed class PushReceiptsTests : IAsyncLifetime
{
    private const long Pid = 1000;
    private const long Me = 2;

    private readonly string _directory = Directory.CreateTempSubdirectory("parley-receipts-").FullName;
    private readonly List<Message> _messages = [];
    private SqliteStore _store = null!;
    private ParleyCore _core = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = Path.Combine(_directory, "parley.db") }, TimeProvider.System, NullLoggerFactory.Instance,
            CancellationToken.None);
        _core = new ParleyCore(_store, new CoreSettings(), new InProcessBackplane(), TimeProvider.System, NullLoggerFactory.Instance);
        await _core.StartAsync(CancellationToken.None);
        await _core.Projects.SaveAsync(new Project { Id = Pid, Secret = "s" }, CancellationToken.None);
        _core.Projects.TryGet(Pid, out var project);
        for (var mid = 1; mid <= 6; mid++)
        {
            await _core.Messenger.SendAsync(new SendRequest
            {
                Project = project!,
                Kind = ConversationKind.PeerToPeer,
                Sender = 1,
                Target = Me,
                MessageId = mid,
                Type = 1,
            });
        }
        _messages.AddRange(await _store.Messages.GetRangeAsync(ConversationKey.PeerToPeer(Pid, 1, Me), 1, 6, 6, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_receipt_moves_the_position_to_its_message()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 16);
        var first = Push(receipts, 0);
        var second = Push(receipts, 1);
        Assert.Equal(6, await UnreadAsync());
        receipts.Acknowledge(first, isError: false);
        Assert.Equal(5, await UnreadAsync());
        receipts.Acknowledge(second, isError: false);
        Assert.Equal(4, await UnreadAsync());
    }

    [Fact]
    public async Task A_position_never_passes_a_message_without_receipt()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 16);
        var first = Push(receipts, 0);
        var second = Push(receipts, 1);
        receipts.Acknowledge(second, isError: false);
        receipts.Acknowledge(0x7fff_ffff, isError: false);
        Assert.Equal(6, await UnreadAsync());
        receipts.Acknowledge(first, isError: false);
        Assert.Equal(4, await UnreadAsync());
    }

    [Fact]
    public async Task An_error_is_no_receipt_and_later_receipts_do_not_hide_it_until_history_is_read()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 16);
        receipts.Acknowledge(Push(receipts, 0), isError: true);
        receipts.Acknowledge(Push(receipts, 1), isError: false);
        Assert.Equal(6, await UnreadAsync());
        receipts.Forgive(_messages[0].Conversation);
        _core.Positions.Advance(_messages[0].Conversation, Me, from: 0, to: 2); // what reading the history does
        receipts.Acknowledge(Push(receipts, 2), isError: false);
        Assert.Equal(3, await UnreadAsync());
    }

    [Fact]
    public async Task What_waits_too_long_is_pushed_again_once_and_then_lost()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 16);
        var number = Push(receipts, 0, now: 1000);
        Assert.Empty(Overdue(receipts, 10_999));
        Assert.Single(Overdue(receipts, 11_000));
        Assert.Empty(Overdue(receipts, 12_000));
        Assert.Empty(Overdue(receipts, 21_000));
        receipts.Acknowledge(number, isError: false); // too late: it counts as lost
        Assert.Equal(6, await UnreadAsync());
    }

    [Fact]
    public async Task A_receipt_after_the_second_push_counts()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 16);
        var number = Push(receipts, 0, now: 1000);
        Assert.Single(Overdue(receipts, 11_000));
        receipts.Acknowledge(number, isError: false);
        Assert.Equal(5, await UnreadAsync());
    }

    [Fact]
    public async Task The_second_push_is_waited_for_as_long_as_the_first_however_late_it_was()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 16);
        var first = Push(receipts, 0, now: 1000);
        var second = Push(receipts, 1, now: 2000);
        Assert.Equal(2, Overdue(receipts, 40_000).Count);
        Assert.Empty(Overdue(receipts, 40_001));
        Assert.Empty(Overdue(receipts, 49_999));
        receipts.Acknowledge(first, isError: false);
        Assert.Equal(5, await UnreadAsync());
        Assert.Empty(Overdue(receipts, 50_000));
        receipts.Acknowledge(second, isError: false); // too late
        Assert.Equal(5, await UnreadAsync());
    }

    [Fact]
    public async Task The_window_is_bounded_and_its_oldest_counts_as_lost()
    {
        var receipts = new PushReceipts(_core.Positions, Me, window: 4);
        var numbers = Enumerable.Range(0, 5).Select(index => Push(receipts, index)).ToArray();
        foreach (var number in numbers)
            receipts.Acknowledge(number, isError: false);
        Assert.Equal(6, await UnreadAsync());
    }

    private static List<ReadOnlyMemory<byte>> Overdue(PushReceipts receipts, long now)
    {
        var again = new List<ReadOnlyMemory<byte>>();
        receipts.TakeOverdue(now, patience: 10_000, again);
        return again;
    }

    private uint Push(PushReceipts receipts, int index, long now = 0)
    {
        var frame = RtmPushEncoder.For(RtmProfile.G1).Encode(_messages[index]);
        receipts.Track(frame, _messages[index], now);
        return BitConverter.ToUInt32(frame.Span[12..]);
    }

    private async Task<long> UnreadAsync()
    {
        _core.Projects.TryGet(Pid, out var project);
        return Assert.Single((await _core.Unread.GetStatusAsync(project!, Me, CancellationToken.None)).Peers).Unread;
    }
}
