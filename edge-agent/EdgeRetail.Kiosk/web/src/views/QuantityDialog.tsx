import type { BasketLine } from '../basket';
import { quantity, readQuantity, unitWords } from '../figures';
import { FigureDialog } from './FigureDialog';

/** How many, or how much: for large numbers, and for what is weighed. */
export function QuantityDialog({ line, onSet, onClose }: { line: BasketLine; onSet: (thousandths: number) => void; onClose: () => void }) {
  const whole = line.unit === 'each';

  const set = (text: string) => {
    const thousandths = readQuantity(text);
    if (thousandths === null || (whole && thousandths % 1000 !== 0))
      return whole ? 'Type a whole number from 1 to 9,999.' : 'Type a number above 0, such as 0.375.';
    onSet(thousandths);
    return '';
  };

  return (
    <FigureDialog
      title={line.name}
      test="quantity"
      label={whole ? 'How many?' : `How much, in ${unitWords[line.unit]}?`}
      initial={quantity(line.quantityThousandths, 'each').replace(/,/g, '')}
      action="Set"
      onFigure={set}
      onClose={onClose}
    />
  );
}
