// The largest number or the mean of each window, channel by channel, whole windows only. The same for all kernels.
import { sizeOf } from "../layout.ts";
import type { Stage, StageSetting } from "./stage.ts";

interface Windows {
  readonly size: number;
  readonly stride: number;
}

/** Of equal largest numbers the first one takes the gradient. */
export function maxPoolStage(setting: StageSetting, { size, stride }: Windows): Stage {
  const { kernels, from, to } = setting;
  const { channels, windows, input, output } = sizesOf(setting);
  return {
    forward(rows) {
      const { memory } = kernels;
      for (let i = 0; i < rows; i++)
        for (let t = 0; t < windows; t++) {
          const out = to.value + i * output + t * channels;
          const begin = from.value + i * input + t * stride * channels;
          for (let c = 0; c < channels; c++) {
            let most = memory[begin + c] as number;
            for (let p = 1; p < size; p++) most = Math.max(most, memory[begin + p * channels + c] as number);
            memory[out + c] = most;
          }
        }
    },
    backward(rows, inputToo) {
      if (!inputToo) return;
      const { memory } = kernels;
      memory.fill(0, from.gradient, from.gradient + rows * input);
      const across = from.gradient - from.value;
      for (let i = 0; i < rows; i++)
        for (let t = 0; t < windows; t++) {
          const out = i * output + t * channels;
          const begin = from.value + i * input + t * stride * channels;
          for (let c = 0; c < channels; c++) {
            const most = memory[to.value + out + c] as number;
            let at = begin + c;
            for (let p = 1; p < size && memory[at] !== most; p++) at += channels;
            memory[at + across] = (memory[at + across] as number) + (memory[to.gradient + out + c] as number);
          }
        }
    },
  };
}

export function averagePoolStage(setting: StageSetting, { size, stride }: Windows): Stage {
  const { kernels, from, to } = setting;
  const { channels, windows, input, output } = sizesOf(setting);
  return {
    forward(rows) {
      const { memory } = kernels;
      for (let i = 0; i < rows; i++)
        for (let t = 0; t < windows; t++) {
          const out = to.value + i * output + t * channels;
          const begin = from.value + i * input + t * stride * channels;
          for (let c = 0; c < channels; c++) {
            let sum = 0;
            for (let p = 0; p < size; p++) sum += memory[begin + p * channels + c] as number;
            memory[out + c] = sum / size;
          }
        }
    },
    backward(rows, inputToo) {
      if (!inputToo) return;
      const { memory } = kernels;
      memory.fill(0, from.gradient, from.gradient + rows * input);
      for (let i = 0; i < rows; i++)
        for (let t = 0; t < windows; t++) {
          const out = to.gradient + i * output + t * channels;
          const begin = from.gradient + i * input + t * stride * channels;
          for (let c = 0; c < channels; c++) {
            const part = (memory[out + c] as number) / size;
            for (let p = 0; p < size; p++) {
              const at = begin + p * channels + c;
              memory[at] = (memory[at] as number) + part;
            }
          }
        }
    },
  };
}

function sizesOf({ resolved }: StageSetting) {
  const [, channels] = resolved.input as [number, number];
  const output = sizeOf(resolved.output);
  return { channels, windows: output / channels, input: sizeOf(resolved.input), output };
}
