import { eventTime } from '../../../shared/event/event-time';

describe('eventTime', () => {
  it.each([
    ['1763868660', 1_763_868_660_000],
    ['1763868660125', 1_763_868_660_125],
    ['20251123T113105.250+0800', 1_763_868_665_250],
    ['20251123T033105Z', 1_763_868_665_000],
    ['20251123T113105+08:00', 1_763_868_665_000],
    ['20251122T223105-0500', 1_763_868_665_000],
    ['2025-11-23T11:31:05.125+08:00', 1_763_868_665_125],
    ['2025-11-23T03:28:45.828266876Z', 1_763_868_525_828],
    ['1970-01-01T00:00:00Z', 0],
    // Go's time without a value.
    ['0001-01-01T00:00:00Z', undefined],
    // Times that are none, or that do not say where.
    ['20251123T113105', undefined],
    ['20250230T113105+0800', undefined],
    ['20251123T253105+0800', undefined],
    ['20251123T113105+0899', undefined],
    ['2025-11-23 11:31:05', undefined],
    ['17638686600', undefined],
    ['-1763868660', undefined],
    ['1763868660.5', undefined],
    ['yesterday', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (written, at) => {
    expect(eventTime(written)).toBe(at);
  });
});
