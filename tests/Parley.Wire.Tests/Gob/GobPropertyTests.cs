using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.Gob;

namespace Parley.Wire.Tests.Gob;

/// <summary>openim §8.4: any request of any Go program, any cut and any bytes.</summary>
public sealed class GobPropertyTests
{
    private static readonly string[] Names = ["Token", "SendID", "OperationID", "MsgIncr"];

    [Fact]
    public void Any_request_as_Go_writes_it_is_read()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var known = Known(random);
            var frame = Frame(random, known);
            Assert.True(GobRequest.TryRead(frame, out var request));
            Assert.Equal((int)(long)known[0].Value!, request.ReqIdentifier);
            Assert.Equal(known[1].Value, request.Token.ToArray());
            Assert.Equal(known[2].Value, request.SendId.ToArray());
            Assert.Equal(known[3].Value, request.OperationId.ToArray());
            Assert.Equal(known[4].Value, request.MsgIncr.ToArray());
            Assert.Equal(known[5].Value, request.Data.ToArray());
        }
    }

    [Fact]
    public void Any_answer_is_written_as_Go_writes_it_and_read_back()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(ArbMap.Default.ArbFor<(int, byte[], byte[], int, byte[], byte[])>(), value =>
            {
                var (identifier, incr, operation, code, text, data) = value;
                var written = Hex.Written(output => GobAnswer.Write(output, identifier, incr, operation, code, text, data));
                GoField[] fields =
                [
                    new("ReqIdentifier", 2, (long)identifier), new("MsgIncr", 6, incr), new("OperationID", 6, operation),
                    new("ErrCode", 2, (long)code), new("ErrMsg", 6, text), new("Data", 5, data),
                ];
                Assert.Equal(GoEncoder.Frame(65, "Resp", fields), written);
                Assert.True(GobAnswer.TryRead(written, out var read));
                Assert.Equal(identifier, read.ReqIdentifier);
                Assert.Equal(incr, read.MsgIncr.ToArray());
                Assert.Equal(operation, read.OperationId.ToArray());
                Assert.Equal(code, read.ErrCode);
                Assert.Equal(text, read.ErrMsg.ToArray());
                Assert.Equal(data, read.Data.ToArray());
            }));
    }

    [Fact]
    public void Every_cut_of_a_frame_is_an_error()
    {
        var random = new Random(8);
        for (var round = 0; round < 200; round++)
        {
            var frame = Frame(random, Known(random));
            for (var length = 0; length < frame.Length; length++)
            {
                Assert.False(GobRequest.TryRead(frame.AsSpan(0, length), out _));
                Assert.False(GobAnswer.TryRead(frame.AsSpan(0, length), out _));
            }
        }
    }

    [Fact]
    public void Any_change_of_any_byte_is_survived()
    {
        var frame = Hex.Bytes(GobVectors.Pull);
        for (var at = 0; at < frame.Length; at++)
        {
            var original = frame[at];
            for (var value = 0; value < 256; value++)
            {
                frame[at] = (byte)value;
                GobRequest.TryRead(frame, out _);
                GobAnswer.TryRead(frame, out _);
            }
            frame[at] = original;
        }
        Assert.True(GobRequest.TryRead(frame, out _));
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(9);
        var read = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var frame = random.Next(4) == 0 ? RandomBytes(random, 40) : Damaged(random);
            if (GobRequest.TryRead(frame, out _))
                read++;
            GobAnswer.TryRead(frame, out _);
        }
        Assert.InRange(read, 1_000, 60_000);
    }

    // A good frame with some bytes changed, put in or taken out.
    private static byte[] Damaged(Random random)
    {
        List<byte> frame = [.. Frame(random, Known(random))];
        for (var i = random.Next(1, 4); i > 0 && frame.Count > 0; i--)
        {
            var at = random.Next(frame.Count);
            switch (random.Next(3))
            {
                case 0:
                    frame[at] = (byte)random.Next(256);
                    break;
                case 1:
                    frame.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    frame.RemoveAt(at);
                    break;
            }
        }
        return [.. frame];
    }

    private static GoField[] Known(Random random) =>
    [
        new("ReqIdentifier", 2, (long)(random.Next(2) == 0 ? random.Next(0, 4000) : random.Next(int.MinValue, int.MaxValue))),
        .. Names.Select(name => new GoField(name, 6, RandomBytes(random, 40))),
        new("Data", 5, RandomBytes(random, 300)),
    ];

    // Any type id and type name, the fields in any order among unknown ones, and now and then other types before and after.
    private static byte[] Frame(Random random, GoField[] known)
    {
        var unknown = Enumerable.Range(0, random.Next(4)).Select(i => Unknown(random, $"Field{i}"));
        GoField[] fields = [.. known, .. unknown];
        random.Shuffle(fields);
        var typeId = random.Next(3) == 0 ? random.Next(65, int.MaxValue) : random.Next(65, 90);
        var other = GoEncoder.Description(typeId == 65 ? 66 : typeId - 1, "Other", [Unknown(random, "X")]);
        return
        [
            .. random.Next(8) == 0 ? other : [],
            .. GoEncoder.Description(typeId, new string('T', random.Next(20)), fields),
            .. GoEncoder.Value(typeId, fields),
        ];
    }

    private static GoField Unknown(Random random, string name)
    {
        var type = random.Next(1, 7);
        object value = type switch
        {
            1 => random.Next(2) == 0,
            2 => random.NextInt64(long.MinValue, long.MaxValue),
            3 => (ulong)random.NextInt64(),
            4 => random.NextDouble() - 0.5,
            _ => RandomBytes(random, 50),
        };
        return new GoField(name, type, value);
    }

    private static byte[] RandomBytes(Random random, int limit)
    {
        var bytes = new byte[random.Next(limit)];
        random.NextBytes(bytes);
        return bytes;
    }
}
