using System.Buffers;
using System.IO.Pipelines;
using Parley.Core.Messaging;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Tests.Connections;

public sealed class PipeOutboundQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Frames_of_any_length_come_out_in_the_order_of_sending()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings());
        var random = new Random(7);
        var expected = new List<byte>();
        for (var i = 0; i < 300; i++)
        {
            var frame = new byte[random.Next(1, i % 50 == 0 ? 20_000 : 300)];
            random.NextBytes(frame);
            expected.AddRange(frame);
            Assert.True(i % 2 == 0 ? queue.Send((ReadOnlySpan<byte>)frame) : queue.Send((ReadOnlyMemory<byte>)frame));
        }
        Assert.Equal(expected, await ReadAsync(pipe.Reader, expected.Count));
    }

    [Fact]
    public async Task A_burst_flushes_once_at_its_end()
    {
        var writer = new CountingWriter(new Pipe(new PipeOptions(pauseWriterThreshold: 0)));
        var queue = new PipeOutboundQueue(writer, new ConnectionSettings());
        Assert.True(Burst.TryBegin());
        for (var i = 0; i < 100; i++)
            queue.Send((ReadOnlySpan<byte>)[1, 2, 3]);
        Assert.Equal(0, writer.Flushes);
        Burst.End();
        Assert.Equal(1, writer.Flushes);
        Assert.Equal(300, (await ReadAsync(writer.Pipe.Reader, 300)).Length);

        queue.Send((ReadOnlySpan<byte>)[4]);
        Assert.Equal(2, writer.Flushes);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_breaks_the_queue_once_with_bounded_memory()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024, resumeWriterThreshold: 512));
        var overflows = 0;
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings { OutboundBytes = 65_536, OutboundFrames = 1_000_000 })
        {
            OnOverflow = () => overflows++,
        };
        var frame = new byte[1000];
        var accepted = 0;
        while (accepted < 1000 && queue.Send((ReadOnlyMemory<byte>)frame))
            accepted++;
        Assert.InRange(accepted, 65, 70);
        Assert.Equal(1, overflows);
        Assert.False(queue.Send((ReadOnlyMemory<byte>)frame));
        Assert.Equal(1, overflows);
        await queue.Finished.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_frame_longer_than_the_bound_waits_for_its_turn_beside_it()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024, resumeWriterThreshold: 512));
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings { OutboundBytes = 65_536 })
        {
            OnOverflow = () => Assert.Fail("nothing overflows"),
        };
        var (before, after) = (new byte[2000], new byte[60_000]);
        var first = Enumerable.Repeat((byte)1, 500_000).ToArray();
        var second = Enumerable.Repeat((byte)2, 500_000).ToArray();
        Assert.True(queue.Send((ReadOnlyMemory<byte>)before)); // is being flushed from now on
        var taken = queue.SendLongAsync(first);
        Assert.False(taken.IsCompleted);
        Assert.True(queue.Send((ReadOnlyMemory<byte>)after));
        byte[] expected = [.. before, .. after, .. first];
        Assert.Equal(expected, await ReadAsync(pipe.Reader, expected.Length));
        await taken.WaitAsync(Patience);
        await queue.SendLongAsync(second).WaitAsync(Patience);
        Assert.Equal(second, await ReadAsync(pipe.Reader, second.Length));

        queue.Send((ReadOnlyMemory<byte>)before);
        var lost = queue.SendLongAsync(first);
        queue.Close();
        await lost.WaitAsync(Patience); // nobody waits for a closed queue
    }

    [Fact]
    public async Task A_bound_on_frames_holds_for_small_ones()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var overflows = 0;
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings { OutboundFrames = 64 }) { OnOverflow = () => overflows++ };
        var accepted = 0;
        while (accepted < 1000 && queue.Send((ReadOnlySpan<byte>)[1, 2]))
            accepted++;
        Assert.Equal(65, accepted);
        Assert.Equal(1, overflows);
        await queue.Finished.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_waited_for_a_slow_peer_follows_when_it_reads_again()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024, resumeWriterThreshold: 512));
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings());
        var expected = new List<byte>();
        for (var i = 0; i < 100; i++)
        {
            var frame = Enumerable.Repeat((byte)i, 100).ToArray();
            expected.AddRange(frame);
            Assert.True(queue.Send((ReadOnlySpan<byte>)frame));
        }
        queue.Finish();
        Assert.False(queue.Finished.IsCompleted);
        Assert.Equal(expected, await ReadAsync(pipe.Reader, expected.Count));
        await queue.Finished.WaitAsync(Patience);
        Assert.False(queue.Send((ReadOnlySpan<byte>)[1]));
    }

    [Fact]
    public async Task A_peer_that_is_gone_breaks_the_queue()
    {
        var pipe = new Pipe();
        var broken = new TaskCompletionSource();
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings()) { OnBroken = broken.SetResult };
        await pipe.Reader.CompleteAsync();
        queue.Send((ReadOnlySpan<byte>)[1]);
        await broken.Task.WaitAsync(Patience);
        Assert.False(queue.Send((ReadOnlySpan<byte>)[1]));
    }

    [Fact]
    public async Task From_a_sealer_on_every_frame_is_sealed_in_the_order_of_sending()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings());
        queue.Send((ReadOnlySpan<byte>)[1]);
        queue.SetSealer(new NumberingSealer());
        queue.Send((ReadOnlySpan<byte>)[2]);
        queue.Send((ReadOnlyMemory<byte>)new byte[] { 3 });
        Assert.Equal([1, 100, 2, 101, 3], await ReadAsync(pipe.Reader, 5));
    }

    [Fact]
    public async Task Many_threads_may_send_and_no_frame_is_torn_or_lost()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048));
        var queue = new PipeOutboundQueue(pipe.Writer, new ConnectionSettings { OutboundFrames = 1_000_000 });
        var reading = ReadAsync(pipe.Reader, 4 * 2000 * 8);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var frame = new byte[8];
                BitConverter.TryWriteBytes(frame, ((long)thread << 32) | (uint)i);
                Assert.True(queue.Send((ReadOnlySpan<byte>)frame));
            }
        })));
        var next = new int[4];
        var bytes = await reading.WaitAsync(Patience);
        for (var at = 0; at < bytes.Length; at += 8)
        {
            var value = BitConverter.ToInt64(bytes, at);
            Assert.Equal(next[value >> 32]++, (int)value);
        }
        Assert.Equal([2000, 2000, 2000, 2000], next);
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader, int count)
    {
        var bytes = new List<byte>();
        while (bytes.Count < count)
        {
            var result = await reader.ReadAsync().AsTask().WaitAsync(Patience);
            bytes.AddRange(result.Buffer.ToArray());
            reader.AdvanceTo(result.Buffer.End);
        }
        return [.. bytes];
    }

    private sealed class NumberingSealer : IFrameSealer
    {
        private byte _next = 100;

        public void Seal(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
        {
            output.Write([_next++]);
            output.Write(frame);
        }
    }

    private sealed class CountingWriter(Pipe pipe) : PipeWriter
    {
        public Pipe Pipe => pipe;

        public int Flushes { get; private set; }

        public override void Advance(int bytes) => pipe.Writer.Advance(bytes);

        public override void CancelPendingFlush() => pipe.Writer.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => pipe.Writer.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return pipe.Writer.FlushAsync(cancellationToken);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => pipe.Writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => pipe.Writer.GetSpan(sizeHint);
    }
}
